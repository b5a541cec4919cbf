/* HTML mail, cleaned and framed in a real browser: no DOM of a test runner may be trusted in matters of cleaning. */
import { expect, type Page, test } from '@playwright/test';
import type { PreviewServer } from 'vite';
import { serveGallery } from '../panel/gallery/server.ts';
import { hostileMail } from '../panel/hostile-mail.ts';
import { chromiumPath } from './chromium.ts';

test.use({ launchOptions: { executablePath: chromiumPath() } });

let gallery: { server: PreviewServer; url: string };
let page: Page;
const strayRequests: string[] = [];

test.beforeAll(async ({ browser }) => {
  gallery = await serveGallery();
  page = await browser.newPage();
  // Only what the frame's policy let pass gets here.
  await page.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => {
      strayRequests.push(route.request().url());
      return route.abort();
    },
  );
  await page.goto(`${gallery.url}?case=no-thread`);
  await page.locator('html[data-ready=yes]').waitFor();
});

test.afterAll(async () => {
  await page.close();
  await gallery.server.close();
});

type Clean = {
  readonly srcdoc: string;
  readonly body: string;
  readonly policy: string;
  readonly hasRemoteImages: boolean;
};

const clean = (html: string, withRemoteImages = false): Promise<Clean> =>
  page.evaluate(
    async ({ html, withRemoteImages }) => {
      const path = '/mail-html.js';
      const { cleanMail } = (await import(path)) as {
        cleanMail(html: string, options: object): { srcdoc: string; hasRemoteImages: boolean };
      };
      const { srcdoc, hasRemoteImages } = cleanMail(html, { withRemoteImages });
      const parsed = new DOMParser().parseFromString(srcdoc, 'text/html');
      return {
        srcdoc,
        hasRemoteImages,
        body: parsed.body.innerHTML,
        policy: parsed.querySelector('meta[http-equiv]')?.getAttribute('content') ?? '',
      };
    },
    { html, withRemoteImages },
  );

/** Shows a document as the panel does, and tells how many elements it holds once it is loaded. */
const frame = (srcdoc: string): Promise<void> =>
  page.evaluate(
    (srcdoc) =>
      new Promise<void>((resolve) => {
        const shown = document.createElement('iframe');
        shown.sandbox.value = 'allow-popups allow-popups-to-escape-sandbox';
        shown.srcdoc = srcdoc;
        shown.addEventListener('load', () => {
          shown.remove();
          resolve();
        });
        document.body.append(shown);
      }),
    srcdoc,
  );

for (const { what, html, mustNotHold } of hostileMail) {
  test(`${what} is taken out of a mail, and nothing is fetched`, async () => {
    const { body, srcdoc } = await clean(html);
    expect(body).not.toMatch(mustNotHold);
    await frame(srcdoc);
    expect(strayRequests).toEqual([]);
    expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  });
}

test('even uncleaned, the frame runs no script and fetches nothing', async () => {
  const { srcdoc } = await clean('');
  await frame(
    srcdoc.replace(
      '<body>',
      `<body>${hostileMail.map(({ html }) => html.replace(/<meta[^>]*>|<\/?body[^>]*>|<\/html>/g, '')).join('')}`,
    ),
  );
  expect(strayRequests).toEqual([]);
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
});

test('what the sender said stays as it was said', async () => {
  const html =
    '<p style="color: teal">Hello <b>Mira</b>,</p><ul><li>one</li></ul><table><tbody><tr><td>a</td></tr></tbody></table>';
  expect((await clean(html)).body).toBe(html);
});

test('a link opens a tab of its own and does not say where from', async () => {
  const { body } = await clean('<a href="https://dana.example/work">work</a>');
  expect(body).toContain('target="_blank"');
  expect(body).toContain('rel="noopener noreferrer nofollow"');
  expect(body).toContain('href="https://dana.example/work"');
});

test('a picture inside the mail is shown', async () => {
  expect((await clean('<img src="data:image/png;base64,AAAA">')).body).toContain(
    'src="data:image/png;base64,AAAA"',
  );
});

test('the frame’s own policy lets in inline styles and pictures inside the mail, and nothing else', async () => {
  expect((await clean('<img src="https://x.example/a.png">')).policy).toBe(
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; upgrade-insecure-requests",
  );
});

test('remote pictures are let in only when asked for, and do not say where they are shown', async () => {
  const html = '<img src="https://x.example/a.png">';
  expect((await clean(html)).hasRemoteImages).toBe(true);
  const { policy, body } = await clean(html, true);
  expect(policy).toContain('img-src data: https:;');
  expect(body).toContain('referrerpolicy="no-referrer"');
});

test('a mail without remote pictures is not said to have any', async () => {
  expect((await clean('<p>x</p><img src="cid:part1">')).hasRemoteImages).toBe(false);
});
