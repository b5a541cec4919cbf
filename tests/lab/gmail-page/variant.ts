/** The ways a Gmail page may differ from one person to the next, or be broken. */
export type PageVariant = {
  /** Left behind by a thread, the list is hidden or taken out of the document. */
  readonly list: 'kept' | 'removed';
  /** The open thread stands beside the list, in one view. */
  readonly readingPane: boolean;
  /** Chat and Meet have a rail of their own at the left. */
  readonly chatRail: boolean;
  /** Since late 2025 some pages write the word "undefined" where the newer id was. */
  readonly permId: 'given' | 'undefined';
  /** Which messages of a thread are open at first. */
  readonly expanded: 'last' | 'all' | 'none';
  readonly sidePanel: 'given' | 'late' | 'missing';
  readonly globals: 'given' | 'missing';
  readonly legacyThreadId: 'given' | 'missing';
  /** A content security policy that allows the page's own files only, and enforced Trusted Types. */
  readonly strictPolicy: boolean;
  /** One thread in a window of its own. */
  readonly standalone: boolean;
};

export const usualPage: PageVariant = {
  list: 'kept',
  readingPane: false,
  chatRail: false,
  permId: 'given',
  expanded: 'last',
  sidePanel: 'given',
  globals: 'given',
  legacyThreadId: 'given',
  strictPolicy: false,
  standalone: false,
};

/** Written into the page as JSON for its script. */
export type PageSetup = {
  readonly account: PageAccount;
  readonly accountIndex: number;
  readonly accounts: readonly PageAccount[];
  readonly variant: PageVariant;
};
export type PageAccount = { readonly address: string; readonly name: string };
