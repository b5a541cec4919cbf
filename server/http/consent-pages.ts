/* The way back from a provider's consent page. */
import { connectRefusalWords } from '../../lib/contract/connecting.ts';
import { type FailureReason, failureWords } from '../../lib/contract/failure.ts';
import { Failure } from '../base/failure.ts';
import { refusalOf } from '../services/mailboxes/claim.ts';
import { finishConnect } from '../services/mailboxes/connect.ts';
import { type App, actorOf, type Edge, show } from './edge.ts';
import { wordsPage } from './pages.ts';

type ConsentKind = keyof typeof names;

const names = { gmail: 'Google', graph: 'Microsoft' } as const;

/** Where each provider sends the person back to; registered with the OAuth client. */
export const callbackPaths: Readonly<Record<ConsentKind, string>> = {
  gmail: '/oauth/google/callback',
  graph: '/oauth/microsoft/callback',
};

const howToGrant: Readonly<Record<ConsentKind, string>> = {
  gmail: 'Nothing was connected. To go on, start again and leave the box for Gmail ticked.',
  graph:
    'Nothing was connected. To go on, start again and accept what Candor asks for. Where Microsoft asks for an admin’s approval, your Microsoft 365 admin has to give it first.',
};

/** Said in the place where it happened; other reasons have their usual words. */
const wordsHere = (kind: ConsentKind): Partial<Readonly<Record<FailureReason, readonly string[]>>> => ({
  'mailbox-disconnected': ['Candor was not given what it needs to read this mailbox.', howToGrant[kind]],
  'bad-input': [
    `This answer from ${names[kind]} does not belong to a connection you started here, or its time is over.`,
    'Nothing was connected. Start again from the extension.',
  ],
});

export const addConsentPages = (app: App, edge: Edge): void => {
  addCallback(app, edge, 'gmail');
  addCallback(app, edge, 'graph');
};

const addCallback = (app: App, edge: Edge, kind: ConsentKind): void => {
  app.get(callbackPaths[kind], async (request, reply) => {
    const actor = await actorOf(edge, request);
    // Whoever comes back must be who set out: without a session of theirs nothing is connected.
    if (actor === undefined) return reply.redirect(`/sign-in?to=${encodeURIComponent(request.url)}`, 303);
    try {
      const { address } = await finishConnect(
        edge.services,
        actor,
        kind,
        `${edge.services.publicUrl}${request.url}`,
      );
      return show(
        reply,
        wordsPage('Your mailbox is connected', [
          `Candor looks at the headers of new mail in ${address} and keeps only what a rule of your company keeps.`,
          'You can close this tab. In the extension you can turn it off at any time.',
        ]),
      );
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      edge.services.log.info('a mailbox was not connected', {
        personId: actor.personId,
        reason: thrown.reason,
      });
      return show(reply.code(400), wordsPage('Your mailbox was not connected', wordsFor(kind, thrown)));
    }
  });
};

const wordsFor = (kind: ConsentKind, failure: Failure): readonly string[] => {
  const refusal = refusalOf(failure);
  if (refusal !== undefined) {
    const { happened, next } = connectRefusalWords[refusal];
    return [happened, next];
  }
  const { happened, safe, next } = failureWords[failure.reason];
  return wordsHere(kind)[failure.reason] ?? [happened, `${safe} ${next}`];
};
