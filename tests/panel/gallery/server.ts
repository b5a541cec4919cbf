/* The gallery as files, built once and served as often as wanted: `node tests/panel/gallery/server.ts`, then open the address. */
import { fileURLToPath } from 'node:url';
import { build, type PreviewServer, preview } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const outDir = `${root}/.output/gallery`;

/** Also builds `mailHtml`, below, for what has to be cleaned in a real browser. */
export const buildGallery = async (): Promise<void> => {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    // React says what is wrong with a view in development only, and a case that makes it complain fails.
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      outDir,
      emptyOutDir: true,
      minify: false,
      reportCompressedSize: false,
      rollupOptions: {
        input: { gallery: 'tests/panel/gallery/index.html', 'mail-html': 'components/thread/mail-html.ts' },
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' },
      },
    },
  });
};

/** Serves what `buildGallery` built, on 127.0.0.1, at a free port unless one is given. */
export const serveGallery = async (port = 0): Promise<{ server: PreviewServer; url: string }> => {
  const server = await preview({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir },
    preview: { host: '127.0.0.1', port, strictPort: port !== 0 },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address !== 'object') throw new Error('The gallery server has no address.');
  return { server, url: `http://127.0.0.1:${address.port}/tests/panel/gallery/index.html` };
};

if (import.meta.filename === process.argv[1]) {
  await buildGallery();
  const { url } = await serveGallery(5199);
  console.log(url);
}
