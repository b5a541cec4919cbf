/* Every state of the panel and of the app page in a real browser: pictured, and looked through by axe. */
import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, expect, test } from '@playwright/test';
import type { ViteDevServer } from 'vite';
import { galleryCases } from '../panel/gallery/cases.ts';
import { serveGallery } from '../panel/gallery/server.ts';
import { chromiumPath } from './chromium.ts';

test.use({ launchOptions: { executablePath: chromiumPath() } });

const pictures = process.env.CANDOR_PICTURES ?? 'test-results/panel-states';
let gallery: { server: ViteDevServer; url: string };
/** One for all cases, so that what they share is loaded once. */
let context: BrowserContext;

test.beforeAll(async ({ browser }) => {
  gallery = await serveGallery();
  context = await browser.newContext();
});

test.afterAll(async () => {
  await context.close();
  await gallery.server.close();
});

/** Widths the panel is made for, and the one it is pictured at; the app page from a phone to its full column. */
const panelWidths = [280, 520, 320];
const appWidths = [400, 1280, 1040];

for (const shown of galleryCases) {
  test(`${shown.name} is accessible, fits its widths and is pictured, in light and dark`, async () => {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error') complaints.push(line.text());
    });
    const widths = shown.panel === undefined ? appWidths : panelWidths;
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: widths[2] ?? 320, height: 640 });
    await page.goto(`${gallery.url}?case=${shown.name}`);
    await page.locator('html[data-ready=yes]').waitFor({ state: 'attached', timeout: 15_000 });
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
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: `${pictures}/${shown.name}.${colorScheme}.png` });
    }
    // axe waits for ever on a frame that may run no script; what stands in it is the sender's, not ours.
    await page.locator('iframe').evaluateAll((frames) => {
      for (const frame of frames) {
        frame.removeAttribute('sandbox');
        frame.removeAttribute('srcdoc');
      }
    });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const axe = new AxeBuilder({ page });
      // Colours are all that differs in the dark.
      const { violations } = await (colorScheme === 'dark'
        ? axe.withRules(['color-contrast'])
        : axe
      ).analyze();
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        colorScheme,
      ).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });
}

test('in forced colours what is chosen, pressed and private still shows', async () => {
  const page = await context.newPage();
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
