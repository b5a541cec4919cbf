/* A server on 127.0.0.1 that says what a test wants it to, for answers no server here gives. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { SelfSigned } from '../gmail-page/self-signed.ts';

export type ScriptedImap = {
  readonly port: number;
  /** Lines clients sent, without their tags. */
  readonly heard: readonly string[];
  readonly close: () => Promise<void>;
};

/** `answer`: the lines for one command, where "TAG" stands for its tag; 'hang up' for none. */
export const startScriptedImap = async (script: {
  readonly greeting: string;
  readonly answer: (command: string) => readonly string[] | 'hang up';
  readonly keys?: SelfSigned;
}): Promise<ScriptedImap> => {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.once('error', () => socket.destroy());
    socket.write(`${script.greeting}\r\n`);
    let unread = '';
    let lastTag = '';
    socket.on('data', (chunk: Buffer) => {
      unread += chunk.toString('latin1');
      const lines = unread.split('\r\n');
      unread = lines.pop() ?? '';
      for (const line of lines) {
        // What ends an IDLE has no tag of its own.
        const [tag = '', ...words] = line === 'DONE' ? [lastTag, line] : line.split(' ');
        lastTag = tag;
        heard.push(words.join(' '));
        const answer = script.answer(words.join(' '));
        if (answer === 'hang up') socket.destroy();
        else for (const each of answer) socket.write(`${each.replace(/^TAG/, tag)}\r\n`);
      }
    });
  };
  const server = script.keys === undefined ? createServer(serve) : createTlsServer(script.keys, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
