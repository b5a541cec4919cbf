import { describeProvider } from './conformance.ts';
import { openGmailAtLab } from './gmail-at-lab.ts';

describeProvider('Gmail [KL-26]', openGmailAtLab);
