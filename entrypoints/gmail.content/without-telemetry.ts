/* InboxSDK reports who uses it to its maker, whatever options it is given. Both places it does so from return at once in our build. */
import type { Plugin } from 'vite';

const reporters = [
  'function _trackEvent(appId, type, eventName, properties) {',
  'sendError = rateLimit(function (report) {',
];

/** The source of inboxsdk.js without its two reporters. Throws when it does not hold each exactly once. */
export const withoutTelemetry = (source: string): string =>
  reporters.reduce((code, reporter) => {
    const parts = code.split(reporter);
    if (parts.length !== 2) {
      throw new Error(
        `inboxsdk.js holds "${reporter}" ${parts.length - 1} times, not once: look where it reports now.`,
      );
    }
    return parts.join(`${reporter} return;`);
  }, source);

/** Strips every inboxsdk.js that is bundled; `stripped` tells afterwards whether one was. */
export const inboxSdkWithoutTelemetry = (onStripped: () => void): Plugin => ({
  name: 'candor:inboxsdk-without-telemetry',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/@inboxsdk/core/inboxsdk.js')) return undefined;
    const stripped = withoutTelemetry(code);
    onStripped();
    return { code: stripped, map: null };
  },
});
