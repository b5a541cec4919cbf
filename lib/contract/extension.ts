/** Public half of the key the unpacked extension is known by; it fixes the extension's id on every machine. */
export const extensionKey =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr9XtvwCIFdWFf/o5jtZyxOzhjupzkJzJBWBULD6aoUUwTpbNuaI+C+VcBQZvcTpnqnPHUvu8GUEdNIg2QJoH/DHG8s1SYh4FwD21Sezyl4TKd6B4h0teLhsZ6D//kMDKF1CQ74NXiatKY0d05aJdZv+WtQTiHzpv5kRCFKZq/MIhrAs5RjBpiM4Xn4n+RBTnpeXFdzvnPteFo5gXKxodTVfYXB+cTbMQRXT46rC/bdUiNnXEML7se15Opk3ZgxwTDfggj0P1eGRtYPrTSU643k0/HCXN9riAm5B8S69pUsm1LyT5TN7Cv6lvJ4FI0jFQzC/NcbTlH96cmmtlddLDCQIDAQAB';

/** First 16 bytes of the SHA-256 of `extensionKey`, written in the letters a to p. Host of every URL of the extension. */
export const extensionId = 'pmpncaohjeipedlefgnfjboljmoagjdl';
export const extensionOrigin = `chrome-extension://${extensionId}`;

/** Pages of the extension, as paths under its origin. */
export const extensionPages = { panel: 'panel.html', app: 'app.html', sidePanel: 'sidepanel.html' } as const;

/** Set when the extension is built from CANDOR_SERVER_URL; elsewhere the server on this machine. */
declare const __CANDOR_SERVER_URL__: string | undefined;
/** Where the extension looks for its server until the person names another. Shape: an origin, no slash at the end. */
export const defaultServerUrl: string =
  typeof __CANDOR_SERVER_URL__ === 'string' ? __CANDOR_SERVER_URL__ : 'http://127.0.0.1:4310';

/** Name of the keyboard command that opens the panel and moves the focus into it. */
export const focusPanelCommand = 'focus-panel';
/** Sent by the background to the content script of the tab the command was given in. */
export const focusPanelMessage = { kind: 'candor:focus-panel' } as const;
