/* InboxSDK as our Gmail content script loads it, and nothing of ours: what is built from this is what ours is weighed against. */
import * as InboxSDK from '@inboxsdk/core';

void InboxSDK.load(2, 'app', { appName: 'Candor', eventTracking: false, globalErrorLogging: false });
