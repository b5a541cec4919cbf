/*
 * A way to the server that a test can shut, or stand in: what goes through is passed on unchanged and remembered, so that a
 * test sees all an extension says to its server and hears from it.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly requestHeaders: string;
  readonly requestBody: string;
  readonly status: number;
  readonly answer: string;
};

export type Door = {
  readonly url: string;
  /** Answered so far, oldest first. */
  readonly exchanges: readonly Exchange[];
  /** From now on nobody is let in, and who was inside is thrown out; as if the server had gone. */
  readonly shut: () => Promise<void>;
  readonly open: () => Promise<void>;
  /** Does this before the next request for that path is passed on. */
  readonly before: (path: string, work: () => Promise<void>) => void;
  /** The next request for that path reaches the server, but its answer is lost on the way back. */
  readonly loseAnswer: (path: string) => void;
  readonly close: () => Promise<void>;
};

export const openDoor = async (serverUrl: string): Promise<Door> => {
  const exchanges: Exchange[] = [];
  const works: { readonly path: string; readonly work: () => Promise<void> }[] = [];
  const lost: string[] = [];
  const take = <T>(from: T[], isIt: (each: T) => boolean): T | undefined => {
    const at = from.findIndex(isIt);
    return at < 0 ? undefined : from.splice(at, 1)[0];
  };

  const pass = async (incoming: http.IncomingMessage, outgoing: http.ServerResponse): Promise<void> => {
    const path = incoming.url ?? '/';
    const body = await readAll(incoming);
    await take(works, (each) => path.startsWith(each.path))?.work();
    const isLost = take(lost, (each) => path.startsWith(each)) !== undefined;
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    const answer = await ask(new URL(path, serverUrl), incoming, body, gone.signal);
    exchanges.push({
      method: incoming.method ?? 'GET',
      path,
      requestHeaders: JSON.stringify(incoming.headers),
      requestBody: body.toString('utf8'),
      status: answer.status,
      answer: answer.body.toString('utf8'),
    });
    if (isLost) outgoing.destroy();
    else outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const server = http.createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  const shut = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    exchanges,
    shut,
    open: () => listen(port),
    before: (path, work) => works.push({ path, work }),
    loseAnswer: (path) => lost.push(path),
    close: async () => {
      if (server.listening) await shut();
    },
  };
};

type Answer = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: Buffer };

const ask = (
  url: URL,
  { method, headers }: http.IncomingMessage,
  body: Buffer,
  signal: AbortSignal,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = http.request(
      url,
      {
        ...(method === undefined ? {} : { method }),
        headers: { ...headers, host: url.host },
        signal,
        agent: false,
      },
      (answer) => {
        readAll(answer).then(
          (all) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: all }),
          reject,
        );
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });

const readAll = async (stream: http.IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
};
