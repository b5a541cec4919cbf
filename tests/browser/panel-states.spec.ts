/* Every state of the panel and of the app page in a real browser: pictured, and looked through by axe. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { ViteDevServer } from 'vite';
import { galleryCases } from '../panel/gallery/cases.ts';
import { serveGallery } from '../panel/gallery/server.ts';
import { chromiumPath } from './chromium.ts';

test.use({ launchOptions: { executablePath: chromiumPath() } });

const pictures = process.env.CANDOR_PICTURES ?? 'test-results/panel-states';
let gallery: { server: ViteDevServer; url: string };

test.beforeAll(async () => {
  gallery = await serveGallery();
});

test.afterAll(async () => {
  await gallery.server.close();
});

for (const shown of galleryCases) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`${shown.name} is accessible, fits its width and is pictured, ${scheme}`, async ({ page }) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (line) => {
        if (line.type() === 'error') complaints.push(line.text());
      });
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.setViewportSize(
        shown.panel === undefined ? { width: 1040, height: 720 } : { width: 320, height: 640 },
      );
      await page.goto(`${gallery.url}?case=${shown.name}`);
      await page.locator('html[data-ready=yes]').waitFor({ timeout: 15_000 });
      await page.waitForTimeout(350);
      await page.screenshot({ path: `${pictures}/${shown.name}.${scheme}.png` });

      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
    });
  }
}
