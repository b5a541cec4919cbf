/*
 * Why a message stands in its thread, as far as the messages at hand show it. Given only what one person may read, it tells
 * of nothing else: what a hidden message ties together stands there "by its ids".
 */
import { formatDay } from './wording.ts';

/** A message of a thread with its ids, as far as they are known: those of old mail are not kept. */
export type PlacedMessage<M extends string = string> = {
  readonly messageId: M;
  /** Its own id, as its header has it. */
  readonly ownId?: string | undefined;
  /** What it answers, nearest first. */
  readonly answers: readonly string[];
  readonly subject: string;
  /** Epoch ms. */
  readonly sentAt: number;
};

export type PlaceReason<M extends string = string> =
  | { readonly reason: 'answers'; readonly message: PlacedMessage<M> }
  /** Both mention one earlier message that is not at hand. */
  | { readonly reason: 'mentions-same'; readonly message: PlacedMessage<M> }
  | { readonly reason: 'first' }
  | { readonly reason: 'ids' };

/** In the order given, which is oldest first. */
export const decidePlaces = <M extends string>(
  messages: readonly PlacedMessage<M>[],
): readonly PlaceReason<M>[] =>
  messages.map((message, at) => {
    const others = messages.filter((other) => other !== message);
    for (const id of message.answers) {
      const answered = others.find(({ ownId }) => ownId === id);
      if (answered !== undefined) return { reason: 'answers', message: answered };
    }
    const mentioned = new Set(message.answers);
    const beside = messages.slice(0, at).find(({ answers }) => answers.some((id) => mentioned.has(id)));
    if (beside !== undefined) return { reason: 'mentions-same', message: beside };
    return at === 0 && message.answers.length === 0 ? { reason: 'first' } : { reason: 'ids' };
  });

/** "answers “Interview” of 3 May 2026": begins in lower case, no full stop. */
export const explainPlace = (place: PlaceReason): string => {
  switch (place.reason) {
    case 'answers':
      return `answers ${named(place.message)}`;
    case 'mentions-same':
      return `mentions the same earlier message as ${named(place.message)}`;
    case 'first':
      return 'first of its thread';
    case 'ids':
      return 'by its ids';
  }
};

/** "joined on 3 May 2026 because of “Re: Interview”"; without a subject where the person may not read what it was. */
export const explainJoin = (joinedAt: number, becauseSubject: string | undefined): string =>
  `joined on ${formatDay(joinedAt)}${becauseSubject === undefined ? '' : ` because of ${quoted(becauseSubject)}`}`;

const named = ({ subject, sentAt }: PlacedMessage): string => `${quoted(subject)} of ${formatDay(sentAt)}`;

const quoted = (subject: string): string =>
  subject.trim() === '' ? 'a message without a subject' : `“${subject}”`;
