import { gmail, type gmail_v1 } from '@googleapis/gmail';
import type { GmailLab } from './gmail/lab.ts';

export const ana = 'ana@acme.test';
export const ben = 'ben@acme.test';
export const me = { userId: 'me' };

/** Google's own client, aimed at the lab. */
export const clientOf = (lab: GmailLab, token: string | undefined): gmail_v1.Resource$Users =>
  gmail({
    version: 'v1',
    rootUrl: `${lab.url}/`,
    retry: false,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  }).users;
