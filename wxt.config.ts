import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { transformWithEsbuild } from 'vite';
import { defineConfig } from 'wxt';
import { inboxSdkWithoutTelemetry } from './entrypoints/gmail.content/without-telemetry.ts';
import {
  defaultServerUrl,
  extensionKey,
  extensionPages,
  focusPanelCommand,
} from './lib/contract/extension.ts';

const mailPages = ['https://mail.google.com/*'];
const serverUrl = new URL(process.env.CANDOR_SERVER_URL ?? defaultServerUrl).origin;
const inboxSdkAppId = process.env.CANDOR_INBOXSDK_APP_ID ?? 'sdk_testfoo_2a9c68f994';
const pageWorldPath = createRequire(import.meta.url).resolve('@inboxsdk/core/pageWorld.js');
let strippedCount = 0;

export default defineConfig({
  imports: false,
  publicDir: 'entrypoints/public',
  manifestVersion: 3,
  outDirTemplate: '{{browser}}-mv{{manifestVersion}}',
  manifest: {
    name: 'Candor',
    key: extensionKey,
    minimum_chrome_version: '125',
    permissions: ['storage', 'scripting', 'alarms', 'sidePanel'],
    // A match pattern knows no port: the whole host of the server is allowed.
    host_permissions: [...mailPages, `${serverUrl.replace(/:\d+$/, '')}/*`],
    optional_host_permissions: ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'],
    action: { default_title: 'Candor' },
    side_panel: { default_path: extensionPages.sidePanel },
    commands: {
      [focusPanelCommand]: {
        suggested_key: { default: 'Alt+Shift+C' },
        description: 'Open Candor beside the mail',
      },
    },
    content_security_policy: {
      extension_pages:
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; font-src 'self'; connect-src 'self' http: https:; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'self' https://mail.google.com",
    },
    web_accessible_resources: [
      { resources: [extensionPages.panel, 'icon/candor.svg'], matches: mailPages, use_dynamic_url: true },
    ],
  },
  vite: () => ({
    define: {
      __CANDOR_SERVER_URL__: JSON.stringify(serverUrl),
      __CANDOR_INBOXSDK_APP_ID__: JSON.stringify(inboxSdkAppId),
    },
    plugins: [
      inboxSdkWithoutTelemetry(() => {
        strippedCount += 1;
      }),
    ],
  }),
  hooks: {
    'build:publicAssets': async (_wxt, files) => {
      const { code } = await transformWithEsbuild(await readFile(pageWorldPath, 'utf8'), 'pageWorld.js', {
        minify: true,
        legalComments: 'inline',
        charset: 'ascii',
      });
      files.push({ relativeDest: 'pageWorld.js', contents: code });
    },
    'build:done': () => {
      if (strippedCount !== 1)
        throw new Error(
          `InboxSDK was bundled ${strippedCount} times; only the Gmail content script may hold it.`,
        );
    },
  },
});
