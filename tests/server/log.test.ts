import { describe, expect, test } from 'vitest';
import { Failure } from '../../server/base/failure.ts';
import { createLog, type LogFields } from '../../server/base/log.ts';

const subject = 'Offer for Jane Doe';
const address = 'jane@candidate.example';
const token = 'ya29.a0AfH6SMBx-secret_token';

const written = (write: (log: ReturnType<typeof createLog>) => void): string => {
  let text = '';
  const keep = (line: string) => {
    text += line;
  };
  write(createLog({ write: keep }));
  return text;
};

describe('the log', () => {
  test('writes ids, counts and reasons', () => {
    const line = JSON.parse(
      written((log) =>
        log.warn('mailbox pulled', {
          mailboxId: '0b8f7c1e-6f0c-4a6b-9d8e-1f2a3b4c5d6e',
          keptCount: 3,
          reason: 'provider-busy',
          code: 'ECONNREFUSED',
          procedure: 'thread.view',
          hasMore: true,
        }),
      ),
    );
    expect(line).toMatchObject({
      mailboxId: '0b8f7c1e-6f0c-4a6b-9d8e-1f2a3b4c5d6e',
      keptCount: 3,
      reason: 'provider-busy',
      code: 'ECONNREFUSED',
      procedure: 'thread.view',
      hasMore: true,
      msg: 'mailbox pulled',
    });
  });

  test.each([subject, address, token])('lets no mail data out under an allowed name: %s', (secret) => {
    const fields = Object.fromEntries(
      [
        'mailboxId',
        'threadId',
        'reason',
        'kind',
        'code',
        'provider',
        'procedure',
        'version',
        'count',
        'hasMore',
      ].map((name) => [name, secret]),
    ) as LogFields;
    expect(written((log) => log.info('mailbox pulled', fields))).not.toContain(secret);
  });

  test('leaves out what stands under any other name, and says how much', () => {
    const text = written((log) =>
      log.info('mailbox pulled', { subject, to: [address], nested: { token } } as LogFields),
    );
    for (const secret of [subject, address, token]) expect(text).not.toContain(secret);
    expect(JSON.parse(text).leftOut).toBe(3);
  });

  test("writes an error's name, code and stack, but not the message that may quote data, nor its causes'", () => {
    const error = Object.assign(
      new Error(`Key (address)=(${address}) already exists`, { cause: new Error(subject) }),
      {
        code: '23505',
        detail: token,
      },
    );
    const text = written((log) => log.error('request failed', { error }));
    for (const secret of [subject, address, token]) expect(text).not.toContain(secret);
    expect(JSON.parse(text).error).toMatchObject({ name: 'Error', code: '23505', cause: { name: 'Error' } });
    expect(text).toContain('log.test.ts');
  });

  test("writes a Failure's reason and its message, which is ours", () => {
    const text = written((log) =>
      log.info('request refused', { error: new Failure('not-found', 'no such mailbox') }),
    );
    expect(JSON.parse(text).error).toMatchObject({ reason: 'not-found', message: 'no such mailbox' });
  });

  test('writes nothing of what is thrown that is no error', () => {
    expect(written((log) => log.error('request failed', { error: { subject } }))).not.toContain(subject);
  });
});
