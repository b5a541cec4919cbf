import { describeProvider } from './conformance.ts';
import { openGraphAtLab } from './graph-at-lab.ts';

describeProvider('Microsoft Graph', openGraphAtLab);
