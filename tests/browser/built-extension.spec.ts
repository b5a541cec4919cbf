import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { extensionDirectory } from './build-extension.ts';

const readManifest = async (): Promise<chrome.runtime.ManifestV3> =>
  JSON.parse(await readFile(join(extensionDirectory, 'manifest.json'), 'utf8'));

test('the extension asks for no more than it uses', async () => {
  const manifest = await readManifest();
  expect(manifest.permissions).toEqual(['storage', 'scripting', 'alarms', 'sidePanel']);
  expect(manifest.host_permissions).toEqual(['https://mail.google.com/*', 'http://127.0.0.1/*']);
});

test('the mail page can reach the panel and one picture, by an address that no page can guess', async () => {
  const manifest = await readManifest();
  expect(manifest.web_accessible_resources).toEqual([
    {
      resources: ['panel.html', 'icon/candor.svg'],
      matches: ['https://mail.google.com/*'],
      use_dynamic_url: true,
    },
  ]);
});

test('InboxSDK is in the Gmail content script and nowhere else', async () => {
  const scripts = (await readdir(extensionDirectory, { recursive: true })).filter((name) =>
    name.endsWith('.js'),
  );
  const holders: string[] = [];
  for (const name of scripts) {
    const script = await readFile(join(extensionDirectory, name), 'utf8');
    if (script.includes('registerThreadViewHandler')) holders.push(name);
  }
  expect(holders).toEqual(['content-scripts/gmail.js']);
});
