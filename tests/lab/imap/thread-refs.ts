/* What a real Dovecot joins: messages put into a mailbox as files, and its own THREAD=REFS over them. */
import { chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Dovecot } from './dovecot.ts';

/** Threads as lists of places in `messages`, whose sources it is given. */
export const threadRefs = async (
  dovecot: Dovecot,
  login: string,
  messages: readonly Uint8Array[],
): Promise<readonly (readonly number[])[]> => {
  await dovecot.addUser(login, password);
  await layDown(dovecot, login, messages);
  const session = await openSession(dovecot);
  try {
    await session.ask(`LOGIN ${login} ${password}`);
    await session.ask('EXAMINE INBOX');
    const places = readPlaces(await session.ask(`FETCH 1:* (BODY.PEEK[HEADER.FIELDS (${placeHeader})])`));
    const threads = readThreads(await session.ask('THREAD REFS UTF-8 ALL'));
    return threads.map((thread) =>
      thread.map((sequence) => {
        const place = places.get(sequence);
        if (place === undefined) throw new Error(`Dovecot does not tell which message ${sequence} is`);
        return place;
      }),
    );
  } finally {
    session.close();
  }
};

const password = 'thread-refs';
const placeHeader = 'X-Place';

const layDown = async (dovecot: Dovecot, login: string, messages: readonly Uint8Array[]): Promise<void> => {
  const { uid, gid } = await stat(dovecot.folder);
  const home = dovecot.home(login);
  const maildir = join(home, 'Maildir');
  const make = async (path: string, content?: Uint8Array) => {
    if (content === undefined) await mkdir(path);
    else await writeFile(path, content);
    await chown(path, uid, gid);
  };
  for (const folder of [home, maildir, ...['cur', 'new', 'tmp'].map((name) => join(maildir, name))])
    await make(folder);
  for (const [place, raw] of messages.entries())
    await make(
      join(maildir, 'cur', `${1_000_000_000 + place}.lab:2,S`),
      Buffer.concat([Buffer.from(`${placeHeader}: ${place}\n`), raw]),
    );
};

type Session = { readonly ask: (command: string) => Promise<string>; readonly close: () => void };

const openSession = async (dovecot: Dovecot): Promise<Session> => {
  const socket = connect({
    host: '127.0.0.1',
    port: dovecot.imapsPort,
    servername: 'localhost',
    ca: dovecot.certificate,
  });
  socket.setEncoding('latin1');
  const pieces: string[] = [];
  let wake: () => void = () => undefined;
  let lost: Error | undefined;
  socket.on('data', (piece: string) => {
    pieces.push(piece);
    wake();
  });
  socket.on('close', () => {
    lost ??= new Error('Dovecot hung up');
    wake();
  });
  socket.on('error', (error) => {
    lost = error;
  });
  /** All that was said, once its end is there. */
  const until = async (isEnd: (tail: string) => boolean): Promise<string> => {
    while (!isEnd(pieces.slice(-2).join('').slice(-1_000))) {
      if (lost !== undefined) throw lost;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return pieces.splice(0).join('');
  };
  await until((tail) => tail.endsWith('\r\n'));
  let count = 0;
  return {
    ask: async (command) => {
      count += 1;
      const tag = `a${count}`;
      socket.write(`${tag} ${command}\r\n`);
      const answer = await until((tail) => new RegExp(`(?:^|\\n)${tag} [^\\r\\n]*\\r\\n$`).test(tail));
      if (!answer.includes(`${tag} OK`)) throw new Error(`Dovecot refuses ${command}: ${answer.slice(-300)}`);
      return answer;
    },
    close: () => socket.destroy(),
  };
};

const readPlaces = (answer: string): ReadonlyMap<number, number> =>
  new Map(
    [...answer.matchAll(/\* (\d+) FETCH [\s\S]*?X-Place: (\d+)/g)].map(([, sequence, place]) => [
      Number(sequence),
      Number(place),
    ]),
  );

/** Source: RFC 5256 sec. 4: every thread is one bracket at the outermost level */
const readThreads = (answer: string): readonly (readonly number[])[] => {
  const line = /\* THREAD ([^\r\n]*)/.exec(answer)?.[1] ?? '';
  const threads: number[][] = [];
  let depth = 0;
  for (const [token] of line.matchAll(/[()]|\d+/g)) {
    if (token === '(') {
      if (depth === 0) threads.push([]);
      depth += 1;
    } else if (token === ')') depth -= 1;
    else threads.at(-1)?.push(Number(token));
  }
  return threads;
};
