import { z } from 'zod';
import { foldAddress, parseAddress } from '../../lib/domain/address.ts';
import { decideInterest, type InterestContext } from '../../lib/domain/interest.ts';
import { knownCandidates, matchRules } from '../../lib/domain/matching.ts';
import type { CopyPlace } from '../../lib/domain/message.ts';
import { normaliseMessageId } from '../../lib/domain/message-id.ts';
import { readMessage, readWhole, Unreadable } from './read-file.ts';

/** What `interest` decides of the file under the policy, with its reason and evidence, and on what it decided. */
export const showInterest = async (path: string, policyPath: string): Promise<unknown> => {
  const { context, place } = await readPolicy(policyPath);
  const { headers } = await readMessage(path);
  const { participants, automatic, messageId, inReplyTo, references } = headers;
  return {
    ...decideInterest({ headers, place }, context),
    of: {
      messageId: messageId ?? null,
      sentAt: new Date(headers.sentAt).toISOString(),
      inReplyTo,
      references,
      participants,
      automatic: automatic ?? null,
      place,
    },
  };
};

const foldedAddress = z.string().transform((text, check) => {
  const address = parseAddress(text);
  if (address !== undefined) return foldAddress(address);
  check.addIssue({ code: 'custom', message: 'is not an address' });
  return z.NEVER;
});
const blockEntry = z.union([
  z
    .string()
    .regex(/^@[^@\s]+$/)
    .transform((domain) => domain.toLowerCase()),
  foldedAddress,
]);
const messageId = z.string().transform((text, check) => {
  const id = normaliseMessageId(text);
  if (id !== undefined) return id;
  check.addIssue({ code: 'custom', message: 'is not a Message-ID' });
  return z.NEVER;
});

const matchRule = z.enum(matchRules);

const Policy = z.strictObject({
  rulesOn: z.array(z.union([matchRule.transform((rule) => [rule]), z.array(matchRule).min(1)])).optional(),
  ownDomains: z.array(z.string().toLowerCase()).default([]),
  blocked: z.array(blockEntry).default([]),
  windowFrom: z.iso.datetime({ offset: true }).optional(),
  candidateAddresses: z.array(foldedAddress).default([]),
  verifiedAddresses: z.array(foldedAddress).default([]),
  colleagueAddresses: z.array(foldedAddress).default([]),
  sharedAddresses: z.array(foldedAddress).default([]),
  keptIds: z.array(messageId).default([]),
  automaticMail: z.enum(['drop', 'mark']).default('drop'),
  act: z.enum(['logged', 'asked']).optional(),
  place: z
    .strictObject({
      isDraft: z.boolean().default(false),
      isSpam: z.boolean().default(false),
      isTrash: z.boolean().default(false),
      isLabelled: z.boolean().default(false),
    })
    .prefault({}),
});

const readPolicy = async (
  path: string,
): Promise<{ readonly context: InterestContext; readonly place: CopyPlace }> => {
  const { place, windowFrom, act, ...policy } = parsePolicy(
    path,
    new TextDecoder().decode(await readWhole(path)),
  );
  return {
    place,
    context: {
      matching: policy.rulesOn ?? knownCandidates,
      ownDomains: new Set(policy.ownDomains),
      blocked: new Set(policy.blocked),
      candidateAddresses: new Set(policy.candidateAddresses),
      verifiedAddresses: new Set(policy.verifiedAddresses),
      colleagueAddresses: new Set(policy.colleagueAddresses),
      sharedAddresses: new Set(policy.sharedAddresses),
      keptIds: new Set(policy.keptIds),
      automaticMail: policy.automaticMail,
      ...(windowFrom === undefined ? {} : { windowFrom: Date.parse(windowFrom) }),
      ...(act === undefined ? {} : { act }),
    },
  };
};

const parsePolicy = (path: string, text: string): z.infer<typeof Policy> => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw new Unreadable(`The policy ${path} is not JSON.`, thrown);
  }
  const parsed = Policy.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new Unreadable(
    `The policy ${path} can't be used: ${first?.path.join('.') || 'it'}: ${first?.message ?? 'unknown'}.`,
  );
};
