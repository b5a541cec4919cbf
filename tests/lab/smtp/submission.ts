/* A server people send by, on 127.0.0.1, encrypted from the first byte: strict with logins and recipients, and it keeps what it took. */
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { SelfSigned } from '../gmail-page/self-signed.ts';

export type Taken = { readonly from: string; readonly to: readonly string[]; readonly raw: Buffer };

export type SubmissionLab = {
  readonly port: number;
  readonly taken: readonly Taken[];
  readonly setPassword: (user: string, password: string) => void;
  /** The next message is put off. */
  readonly putOff: () => void;
  /** The next message is taken, and the connection breaks before that is said. */
  readonly loseAnswer: () => void;
  /** The next connection breaks as soon as a message begins. */
  readonly breakOff: () => void;
  readonly close: () => Promise<void>;
};

export const startSubmissionLab = async (options: {
  readonly keys: SelfSigned;
  /** Told of what it took before it says so: it may file it as some servers do. */
  readonly onTaken?: (taken: Taken) => Promise<void>;
}): Promise<SubmissionLab> => {
  const passwords = new Map<string, string>();
  const taken: Taken[] = [];
  let next: 'take' | 'put-off' | 'lose-answer' | 'break-off' = 'take';
  const takeNext = () => {
    const how = next;
    next = 'take';
    return how;
  };
  const refusal = (responseCode: number, message: string) =>
    Object.assign(new Error(message), { responseCode });
  const cut = ({ id }: SMTPServerSession) => {
    for (const connection of server.connections) if (connection.id === id) connection._socket?.destroy();
  };

  const server = new SMTPServer({
    secure: true,
    key: options.keys.key,
    cert: options.keys.cert,
    authMethods: ['PLAIN', 'LOGIN'],
    size: 1_000_000,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) => {
      const isRight = username !== undefined && passwords.get(username) === password;
      if (isRight) done(null, { user: username });
      else done(refusal(535, '5.7.8 Wrong name or password'));
    },
    onMailFrom: (_address, session, done) => {
      if (next === 'put-off') {
        takeNext();
        done(refusal(451, '4.7.1 Try again later'));
      } else if (next === 'break-off') {
        takeNext();
        cut(session);
      } else done();
    },
    onRcptTo: ({ address }, _session, done) => {
      if (/@[^@]+\.[^@]+$/.test(address)) done();
      else done(refusal(550, '5.1.2 No such domain'));
    },
    onData: (stream, session, done) => {
      void (async () => {
        const raw = await buffer(stream);
        const { mailFrom, rcptTo } = session.envelope;
        const message = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
        };
        taken.push(message);
        await options.onTaken?.(message);
        if (takeNext() === 'lose-answer') cut(session);
        else done();
      })();
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    port: address.port,
    taken,
    setPassword: (user, password) => passwords.set(user, password),
    putOff: () => {
      next = 'put-off';
    },
    loseAnswer: () => {
      next = 'lose-answer';
    },
    breakOff: () => {
      next = 'break-off';
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
