/* A name server on 127.0.0.1 that knows what a test tells it, and answers that there is nothing of all else. */
import { createSocket } from 'node:dgram';
import { type Answer, decode, encode } from 'dns-packet';

export type DnsLab = {
  /** As a resolver takes it. */
  readonly server: string;
  /** Questions asked, as "TYPE name". */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
};

export const startDnsLab = async (answers: readonly Answer[]): Promise<DnsLab> => {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const { id, questions = [] } = decode(message);
    const [question] = questions;
    if (question === undefined) return;
    asked.push(`${question.type} ${question.name}`);
    const found = answers.filter(
      (answer) => answer.type === question.type && answer.name.toLowerCase() === question.name.toLowerCase(),
    );
    socket.send(
      encode({ type: 'response', id: id ?? 0, flags: recursionAvailable, questions, answers: found }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    asked,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
};

const recursionAvailable = 0x0080;
