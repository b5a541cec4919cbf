import type { PageAddress, ShownThread } from '../lab/gmail-page/mailbox-source.ts';

export const ana: PageAddress = { address: 'ana@acme.test', name: 'Ana Ortiz' };
export const anaElsewhere: PageAddress = { address: 'ana.ortiz@home.test', name: 'Ana Ortiz' };
const jane: PageAddress = { address: 'jane@doe.test', name: 'Jane Doe' };
const firstAt = Date.UTC(2026, 10, 2, 9);

/** The legacy id of the sample thread with this number, from 1. */
export const threadIdOf = (number: number): string =>
  (0x19_00_00_00_00_00_00_00n + BigInt(number)).toString(16);

/** `count` threads with Jane, the first the newest; the first three hold three messages, the others one. */
export const sampleThreads = (count: number, owner: PageAddress = ana): ShownThread[] =>
  Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const at = firstAt - index * 3_600_000;
    return {
      threadId: threadIdOf(number),
      subject: `Backend role, talk ${number}`,
      labels: number === 2 ? ['Candidate'] : [],
      messages: Array.from({ length: number <= 3 ? 3 : 1 }, (_unused, part) => ({
        messageId: (BigInt(`0x${threadIdOf(number)}`) * 16n + BigInt(part)).toString(16).slice(-16),
        from: part % 2 === 0 ? jane : owner,
        to: [part % 2 === 0 ? owner : jane],
        cc: [],
        sentAt: at + part * 60_000,
        text: `Message ${part + 1} of talk ${number}.\nSee you on Tuesday.`,
        attachments: number === 1 && part === 0 ? [{ name: 'cv.pdf', sizeBytes: 120_000 }] : [],
      })),
    };
  });
