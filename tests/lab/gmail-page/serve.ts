import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { GmailPage } from './gmail-page.ts';
import { selfSigned } from './self-signed.ts';

/**
 * Serves the page on 127.0.0.1 until the signal aborts, and gives what Chromium must be started with to find it at
 * https://mail.google.com, and nothing else anywhere but on this machine.
 */
export const serveGmailPage = async (
  page: GmailPage,
  signal: AbortSignal,
): Promise<{ readonly port: number; readonly chromiumArgs: readonly string[] }> => {
  const server = createServer(selfSigned('mail.google.com', Date.now()), (request, response) => {
    const url = new URL(request.url ?? '/', 'https://mail.google.com');
    page.answer(url).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) => response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  signal.addEventListener(
    'abort',
    () => {
      server.close();
      server.closeAllConnections();
    },
    { once: true },
  );
  const { port } = server.address() as AddressInfo;
  return {
    port,
    chromiumArgs: [
      `--host-resolver-rules=MAP mail.google.com:443 127.0.0.1:${port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
      '--ignore-certificate-errors',
    ],
  };
};
