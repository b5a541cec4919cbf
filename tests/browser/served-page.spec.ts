import { chromium, expect, test } from '@playwright/test';
import { gmailPage } from '../lab/gmail-page/gmail-page.ts';
import { memoryMailbox } from '../lab/gmail-page/memory-mailbox.ts';
import { serveGmailPage } from '../lab/gmail-page/serve.ts';
import { extensionDirectory } from './build-extension.ts';
import { chromiumPath } from './chromium.ts';
import { ana, sampleThreads, threadIdOf } from './sample-mail.ts';

test('the panel stands beside a thread that a real server sends over TLS [DC-01]', async () => {
  const over = new AbortController();
  const mail = memoryMailbox(new Map([[ana.address, sampleThreads(3)]]));
  const { chromiumArgs } = await serveGmailPage(gmailPage({ accounts: [ana], source: mail }), over.signal);
  const context = await chromium.launchPersistentContext('', {
    executablePath: chromiumPath(),
    args: [
      `--disable-extensions-except=${extensionDirectory}`,
      `--load-extension=${extensionDirectory}`,
      ...chromiumArgs,
    ],
  });
  try {
    const page = await context.newPage();
    await page.goto('https://mail.google.com/');
    await page.getByText('Backend role, talk 2').click();
    await expect(page).toHaveURL(new RegExp(`#inbox/${threadIdOf(2)}$`));
    await expect(page.locator('iframe[title="Candor"]')).toBeInViewport();
  } finally {
    await context.close();
    over.abort();
  }
});
