import * as InboxSDK from '@inboxsdk/core';
import { type GmailSdk, isMailboxPage, watchGmail } from './gmail-threads.ts';
import type { MailPageReader } from './reader.ts';

/** Set when the extension is built. The maker of InboxSDK asks for one to know whom to write to; it is not a secret. */
declare const __CANDOR_INBOXSDK_APP_ID__: string;

/** Gmail, through InboxSDK, which is loaded nowhere else than in the Gmail content script. */
export const gmailReader: MailPageReader = {
  isHere: isMailboxPage,
  watch: (listener, signal) => {
    const load = async (): Promise<GmailSdk> =>
      await InboxSDK.load(2, __CANDOR_INBOXSDK_APP_ID__, {
        appName: 'Candor',
        eventTracking: false,
        globalErrorLogging: false,
      });
    watchGmail(load, chrome.runtime.getURL('icon/candor.svg'), listener, signal);
  },
};
