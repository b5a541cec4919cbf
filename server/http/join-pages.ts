/* First set-up of the company, and joining it by invitation. */
import { z } from 'zod';
import { Failure } from '../base/failure.ts';
import {
  acceptInvitation,
  requireInvitation,
  requireSetupLink,
  setUpCompany,
} from '../services/people/people.ts';
import { type App, type Edge, show } from './edge.ts';
import { invitationPage, setupPage, wordsPage } from './pages.ts';
import { minPasswordLength } from './sign-in.ts';

const Token = z.object({ token: z.string().min(10).max(100) });
const text = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);
const SetupForm = Token.extend({
  company: text,
  name: text,
  address: z.string().trim().max(320),
  password: z.string().min(minPasswordLength).max(128),
});
const InvitationForm = Token.extend({ name: text, password: z.string().min(minPasswordLength).max(128) });

const gone = (what: string): string =>
  wordsPage('This link does not work any more', [
    `It was used before, or its time is over. Nothing was changed. ${what}`,
  ]);
const newSetupLink = 'Start the server again for a new one, or sign in if the company is set up.';
const newInvitation = 'Ask the colleague who invited you for a new one.';
const asAsked = `Fill in every field; the password needs at least ${minPasswordLength} characters.`;

export const addJoinPages = (app: App, { services, signIn }: Edge): void => {
  app.get('/setup', async (request, reply) => {
    const query = Token.safeParse(request.query);
    if (!query.success) return show(reply.code(404), gone(newSetupLink));
    try {
      await requireSetupLink(services, query.data.token);
    } catch (thrown) {
      if (thrown instanceof Failure) return show(reply.code(404), gone(newSetupLink));
      throw thrown;
    }
    return show(reply, setupPage(query.data.token, { company: '', name: '', address: '' }));
  });
  app.post('/setup', async (request, reply) => {
    const form = SetupForm.safeParse(request.body);
    if (!form.success) {
      const given = z.record(z.string(), z.string()).catch({}).parse(request.body);
      const values = { company: given.company ?? '', name: given.name ?? '', address: given.address ?? '' };
      return show(reply.code(400), setupPage(given.token ?? '', values, asAsked));
    }
    try {
      await setUpCompany(services, signIn, form.data);
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      if (thrown.reason === 'bad-input') {
        return show(
          reply.code(400),
          setupPage(form.data.token, form.data, 'That is not an e-mail address Candor can read.'),
        );
      }
      return show(reply.code(404), gone(newSetupLink));
    }
    return reply.redirect('/sign-in', 303);
  });

  app.get('/invitation', async (request, reply) => {
    const query = Token.safeParse(request.query);
    if (!query.success) return show(reply.code(404), gone(newInvitation));
    try {
      const open = await requireInvitation(services, query.data.token);
      return show(reply, invitationPage(query.data.token, open));
    } catch (thrown) {
      if (thrown instanceof Failure) return show(reply.code(404), gone(newInvitation));
      throw thrown;
    }
  });
  app.post('/invitation', async (request, reply) => {
    const form = InvitationForm.safeParse(request.body);
    const token = Token.safeParse(request.body);
    if (!token.success) return show(reply.code(404), gone(newInvitation));
    try {
      const open = await requireInvitation(services, token.data.token);
      if (!form.success) return show(reply.code(400), invitationPage(token.data.token, open, asAsked));
      await acceptInvitation(services, signIn, form.data);
    } catch (thrown) {
      if (thrown instanceof Failure) return show(reply.code(404), gone(newInvitation));
      throw thrown;
    }
    return reply.redirect('/sign-in', 303);
  });
};
