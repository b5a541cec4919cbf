import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { withoutTelemetry } from '../../entrypoints/gmail.content/without-telemetry.ts';

const readSdk = (): Promise<string> =>
  readFile(createRequire(import.meta.url).resolve('@inboxsdk/core/inboxsdk.js'), 'utf8');

describe('the InboxSDK that is bundled', () => {
  test('returns at once from both places that report to its maker', async () => {
    const before = await readSdk();
    const after = withoutTelemetry(before);
    expect(after.length - before.length).toBe(2 * ' return;'.length);
    expect(after).toContain('function _trackEvent(appId, type, eventName, properties) { return;');
    expect(after).toContain('sendError = rateLimit(function (report) { return;');
  });

  test('fails the build when a place is no longer there, or is there twice', async () => {
    const sdk = await readSdk();
    expect(() => withoutTelemetry(sdk.replace('_trackEvent(appId, type', '_track(appId, type'))).toThrow(
      '0 times',
    );
    expect(() => withoutTelemetry(sdk + sdk)).toThrow('2 times');
  });
});
