/* An SMTP server on 127.0.0.1, encrypted from the first byte, that says what a test wants it to. */
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { SelfSigned } from '../gmail-page/self-signed.ts';

export type ScriptedSmtp = {
  readonly port: number;
  readonly heard: readonly string[];
  readonly close: () => Promise<void>;
};

/** `answer`: the lines for one command. */
export const startScriptedSmtp = async (script: {
  readonly greeting: string;
  readonly answer: (command: string) => readonly string[];
  readonly keys: SelfSigned;
}): Promise<ScriptedSmtp> => {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(script.keys, (socket) => {
    sockets.add(socket);
    socket.once('error', () => socket.destroy());
    socket.write(`${script.greeting}\r\n`);
    let unread = '';
    socket.on('data', (chunk: Buffer) => {
      unread += chunk.toString('latin1');
      const lines = unread.split('\r\n');
      unread = lines.pop() ?? '';
      for (const line of lines) {
        heard.push(line);
        for (const each of script.answer(line)) socket.write(`${each}\r\n`);
      }
    });
  });
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
