/* The port to Candor's own mail to colleagues: notices about their mailboxes, and nothing else. */
export type Notice = {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  /** Plain. */
  readonly text: string;
};

export type NoticeMail = {
  readonly from: string;
  /** Throws: provider-busy, provider-refused. */
  readonly send: (notice: Notice) => Promise<void>;
};
