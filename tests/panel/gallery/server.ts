/* Serves the gallery: `node tests/panel/gallery/server.ts`, then open the address it prints. */
import { fileURLToPath } from 'node:url';
import { createServer, type ViteDevServer } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** On 127.0.0.1, at a free port unless one is given. */
export const serveGallery = async (port = 0): Promise<{ server: ViteDevServer; url: string }> => {
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir: `${root}/test-results/gallery-cache`,
    optimizeDeps: { entries: ['tests/panel/gallery/index.html'] },
    server: { host: '127.0.0.1', port, strictPort: port !== 0, hmr: false },
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (address === null || typeof address !== 'object') throw new Error('The gallery server has no address.');
  return { server, url: `http://127.0.0.1:${address.port}/tests/panel/gallery/index.html` };
};

if (import.meta.filename === process.argv[1]) {
  const { url } = await serveGallery(5199);
  console.log(url);
}
