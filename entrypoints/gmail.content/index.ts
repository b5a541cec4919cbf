import { defineContentScript } from 'wxt/utils/define-content-script';
import { gmailReader } from '../../lib/mail-page/gmail.ts';
import { showPanelBeside } from '../../lib/mail-page/page-guest.ts';

export default defineContentScript({
  matches: ['https://mail.google.com/*'],
  runAt: 'document_end',
  noScriptStartedPostMessage: true,
  main(ctx) {
    showPanelBeside(gmailReader, ctx.signal);
  },
});
