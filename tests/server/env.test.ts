import { describe, expect, test } from 'vitest';
import { readEnv } from '../../server/base/env.ts';

const refusalOf = (source: NodeJS.ProcessEnv): string => {
  try {
    readEnv(source);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the environment', () => {
  test('needs nothing set', () => {
    expect(readEnv({})).toMatchObject({
      port: 4310,
      host: '127.0.0.1',
      role: 'all',
      databaseUrl: undefined,
      google: undefined,
      googleIssuer: 'https://accounts.google.com',
    });
    expect(readEnv({}).dataFolder).toMatch(/\/\.data$/);
  });

  test('takes an empty variable for one that is not set', () => {
    expect(readEnv({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 4310, databaseUrl: undefined });
  });

  test.each([
    ['PORT', 'port-secret'],
    ['PORT', '70000'],
    ['DATABASE_URL', 'mysql://user:pass-secret@host/db'],
    ['PUBLIC_URL', 'ftp://secret.example'],
    ['CANDOR_MASTER_KEY', 'c2VjcmV0'],
    ['ROLE', 'secret'],
    ['GMAIL_ROOT_URL', 'not a secret url'],
    ['GMAIL_PUSH_TOPIC', 'secret-topic'],
    ['GMAIL_PUSH_SUBSCRIPTION', 'projects/a/topics/secret'],
    ['GMAIL_PUSH_SENDER', 'secret'],
    ['GRAPH_ROOT_URL', 'not a secret url'],
    ['MAIL_SERVERS_INSIDE', 'mail.acme.test;secret'],
  ])('names a wrong %s in one sentence, and never its value', (name, value) => {
    const sentence = refusalOf({ [name]: value });
    expect(sentence).toMatch(new RegExp(`^${name} must be .+\\.$`));
    expect(sentence).not.toContain(value);
  });

  test('reads the mail servers that may lie inside, in lower case', () => {
    expect(readEnv({}).mailServersInside).toEqual([]);
    expect(readEnv({ MAIL_SERVERS_INSIDE: ' Mail.acme.test, 10.0.0.5 ' }).mailServersInside).toEqual([
      'mail.acme.test',
      '10.0.0.5',
    ]);
  });

  test('says one sentence for each variable that is wrong', () => {
    expect(refusalOf({ PORT: 'x', ROLE: 'x' }).split('\n')).toHaveLength(2);
  });

  test('wants both halves of a client or neither', () => {
    expect(refusalOf({ GOOGLE_CLIENT_ID: 'id' })).toContain('GOOGLE_CLIENT_SECRET is missing');
    expect(readEnv({ GOOGLE_CLIENT_ID: 'id', GOOGLE_CLIENT_SECRET: 's' }).google).toEqual({
      clientId: 'id',
      clientSecret: 's',
    });
  });

  test('wants a topic of Gmail’s with one way for its notices to come in', () => {
    const topic = { GMAIL_PUSH_TOPIC: 'projects/a/topics/t' };
    const fetched = {
      GMAIL_PUSH_SUBSCRIPTION: 'projects/a/subscriptions/s',
      GOOGLE_SERVICE_KEY: '/key.json',
    };
    const called = { GMAIL_PUSH_SENDER: 'push@a.test' };
    expect(readEnv({ ...topic, ...fetched }).gmailPush?.feed).toEqual({
      by: 'pull',
      subscription: 'projects/a/subscriptions/s',
      keyFile: '/key.json',
    });
    expect(readEnv({ ...topic, ...called }).gmailPush?.feed).toEqual({ by: 'call', sender: 'push@a.test' });
    for (const wrong of [topic, { ...topic, ...fetched, ...called }])
      expect(refusalOf(wrong)).toContain('one of GMAIL_PUSH_SUBSCRIPTION');
    expect(refusalOf({ ...topic, ...fetched, GOOGLE_SERVICE_KEY: '' })).toContain(
      'GOOGLE_SERVICE_KEY is missing',
    );
    for (const alone of [fetched, called]) expect(refusalOf(alone)).toContain('GMAIL_PUSH_TOPIC is missing');
    expect(readEnv({}).gmailPush).toBeUndefined();
  });

  test('gives the embedded database to one process: web and worker need DATABASE_URL', () => {
    expect(refusalOf({ ROLE: 'worker' })).toContain('DATABASE_URL');
    expect(readEnv({ ROLE: 'worker', DATABASE_URL: 'postgres://u@h/d' }).role).toBe('worker');
  });
});
