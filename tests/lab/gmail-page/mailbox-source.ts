/** Where the page gets its mail from. Asked again every second, so a label set elsewhere shows by itself. */
export type MailboxSource = {
  /** Newest first. */
  readonly threads: (account: string, route: MailRoute) => Promise<readonly ListedThread[]>;
  readonly thread: (account: string, threadId: string) => Promise<ShownThread | undefined>;
  /** Names of the person's own labels, as they stand in the left column. */
  readonly labels: (account: string) => Promise<readonly string[]>;
};

/** What a list shows, named as in the page's address: #inbox, #label/Candidate, #search/jane. */
export type MailRoute =
  | { readonly kind: 'inbox' | 'starred' | 'sent' | 'all' }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'search'; readonly text: string };

export type PageAddress = { readonly address: string; readonly name: string };

export type ListedThread = {
  /** The "legacy" id: 16 hex digits. */
  readonly threadId: string;
  readonly subject: string;
  readonly snippet: string;
  readonly senders: readonly PageAddress[];
  readonly messageCount: number;
  /** Epoch ms of the newest message. */
  readonly lastAt: number;
  readonly labels: readonly string[];
  readonly isUnread: boolean;
  readonly hasAttachments: boolean;
};

export type ShownThread = {
  readonly threadId: string;
  readonly subject: string;
  readonly labels: readonly string[];
  /** Oldest first. */
  readonly messages: readonly ShownMessage[];
};

export type ShownMessage = {
  /** 16 hex digits. */
  readonly messageId: string;
  readonly from: PageAddress;
  readonly to: readonly PageAddress[];
  readonly cc: readonly PageAddress[];
  readonly sentAt: number;
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly sizeBytes: number }[];
};
