/* What we read of Graph's answers. Source: @microsoft/microsoft-graph-types 2.43.1. */
import { z } from 'zod';
import { GraphId } from './ids.ts';

const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const Link = z.string().min(1).max(16_384).optional();

const Recipient = z.object({
  emailAddress: z.object({ name: z.string().nullish(), address: z.string().nullish() }),
});
export type Recipient = z.infer<typeof Recipient>;

export const Profile = z.object({
  id: z.string().min(1),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});

/** Folder ids are constant as they are, and are given back as they came. */
export const FolderId = z.object({ id: z.string().min(1) });
export const FolderPage = z.object({
  value: z.array(
    FolderId.extend({
      parentFolderId: z.string().nullish(),
      displayName: z.string().nullish(),
      '@removed': z.unknown().optional(),
      '@odata.type': z.string().optional(),
    }),
  ),
  '@odata.nextLink': Link,
});

export const MessageRef = z.object({ id: GraphId, conversationId: GraphId });
export const MessagePlace = MessageRef.extend({ parentFolderId: z.string().min(1) });

/** A change, of which Graph may tell no more than a few properties. */
export const ChangePage = z.object({
  value: z.array(
    z.object({
      id: GraphId,
      conversationId: GraphId.optional(),
      receivedDateTime: Time.nullish(),
      isRead: z.boolean().optional(),
      '@removed': z.unknown().optional(),
    }),
  ),
  '@odata.nextLink': Link,
  '@odata.deltaLink': Link,
});
export type ChangePage = z.infer<typeof ChangePage>;
export type Change = ChangePage['value'][number];
export const changeSelect = 'id,conversationId,receivedDateTime,isRead,isDraft,categories,parentFolderId';

export const MessageHeaders = MessagePlace.extend({
  isDraft: z.boolean().nullish(),
  categories: z.array(z.string()).nullish(),
  receivedDateTime: Time,
  sentDateTime: Time.nullish(),
  subject: z.string().nullish(),
  from: Recipient.nullish(),
  toRecipients: z.array(Recipient).nullish(),
  ccRecipients: z.array(Recipient).nullish(),
  bccRecipients: z.array(Recipient).nullish(),
  internetMessageId: z.string().nullish(),
  /** Not given for what was sent or drafted here. */
  internetMessageHeaders: z.array(z.object({ name: z.string(), value: z.string().nullish() })).nullish(),
  singleValueExtendedProperties: z.array(z.object({ id: z.string(), value: z.string() })).nullish(),
});
export type MessageHeaders = z.infer<typeof MessageHeaders>;
export const HeadersPage = z.object({ value: z.array(MessageHeaders), '@odata.nextLink': Link });

export const Labelled = MessageRef.extend({ categories: z.array(z.string()).nullish() });
export const LabelledPage = z.object({ value: z.array(Labelled), '@odata.nextLink': Link });

export const FoundPage = z.object({
  value: z.array(
    MessageRef.extend({
      receivedDateTime: Time,
      sentDateTime: Time.nullish(),
      from: Recipient.nullish(),
      toRecipients: z.array(Recipient).nullish(),
      ccRecipients: z.array(Recipient).nullish(),
      bccRecipients: z.array(Recipient).nullish(),
    }),
  ),
  '@odata.nextLink': Link,
});
export type Found = z.infer<typeof FoundPage>['value'][number];

export const Category = z.object({ displayName: z.string() });
export const CategoryList = z.object({ value: z.array(Category), '@odata.nextLink': Link });

export const Subscription = z.object({ id: z.string().min(1).max(256), expirationDateTime: Time });
export const SubscriptionList = z.object({
  value: z.array(z.object({ id: z.string().min(1), notificationUrl: z.string().nullish() })),
  '@odata.nextLink': Link,
});

/** An answer of which only that it came matters. */
export const Done = z.unknown();
