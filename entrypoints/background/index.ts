import '@inboxsdk/core/background.js';
import { defineBackground } from 'wxt/utils/define-background';
import { startBackground } from '../../lib/client/background.ts';

export default defineBackground(startBackground);
