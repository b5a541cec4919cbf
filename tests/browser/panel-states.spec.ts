/* Every state of the panel and of the app page in a real browser: pictured, and looked through by axe. */
import { test as base, expect, type Page } from '@playwright/test';
import { galleryCases } from '../panel/gallery/cases.ts';
import { serveGallery } from '../panel/gallery/server.ts';
import { wrongIn } from './axe.ts';
import { chromiumPath } from './chromium.ts';

type Shown = { readonly page: Page; readonly url: string; readonly complaints: string[] };

/** One page for all the cases of a worker, so that what they share is read once. */
const test = base.extend<object, { gallery: Shown }>({
  gallery: [
    async ({ browser }, use) => {
      const { server, url } = await serveGallery();
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (line) => {
        if (line.type() === 'error') complaints.push(line.text());
      });
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await page.goto(`${url}?case=no-thread`);
      await page.locator('html[data-ready=yes]').waitFor({ state: 'attached' });
      await use({ page, url, complaints });
      await page.close();
      await server.close();
    },
    { scope: 'worker' },
  ],
});
test.use({ launchOptions: { executablePath: chromiumPath() } });
// Cases know nothing of each other: each goes to the worker that is free.
test.describe.configure({ mode: 'parallel' });

const pictures = process.env.CANDOR_PICTURES ?? 'test-results/panel-states';

/** Widths the panel is made for, and the one it is pictured at; the app page from a phone to its full column. */
const panelWidths = [280, 520, 320];
const appWidths = [400, 1280, 1040];

for (const shown of galleryCases) {
  test(`${shown.name} is accessible, fits its widths and is pictured, in light and dark`, async ({
    gallery,
  }) => {
    const { page, complaints } = gallery;
    const widths = shown.panel === undefined ? appWidths : panelWidths;
    complaints.splice(0);
    await page.setViewportSize({ width: widths[2] ?? 320, height: 640 });
    await page.evaluate((name) => showCase(name), shown.name);
    await page
      .locator('.late')
      .evaluateAll((late) =>
        Promise.all(late.flatMap((each) => each.getAnimations()).map(({ finished }) => finished)),
      );

    expect(complaints).toEqual([]);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 640 });
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(tooWide, `at ${width} px`).toBeLessThanOrEqual(0);
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${pictures}/${shown.name}.${colorScheme}.png` });
      expect(await wrongIn(page, colorScheme), colorScheme).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
}

test('in forced colours what is chosen, pressed and private still shows', async ({ gallery, browser }) => {
  const page = await browser.newPage();
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${gallery.url}?case=logged`);
  await page.locator('html[data-ready=yes]').waitFor({ state: 'attached', timeout: 15_000 });
  await page.screenshot({ path: `${pictures}/logged.forced-colors.png` });
  const borders = await page
    .getByRole('button', { name: 'Label as candidate' })
    .evaluate((button) => getComputedStyle(button).borderTopWidth);
  expect(borders).toBe('2px');
  await page.close();
});
