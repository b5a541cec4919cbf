import type { OpenThread, ReaderTrouble } from '../contract/page.ts';

/** A place beside one thread view to show the panel in. */
export type PanelHost = {
  /** The element, once the page has put it where it stays. Pending for ever when the page has no such place. */
  readonly placed: Promise<HTMLElement>;
  /** Aborts just before the page takes the element away. */
  readonly signal: AbortSignal;
};

/** Told by a reader while it watches a mail page. A reader never throws into the page; what it cannot find it tells as trouble. */
export type ReaderListener = {
  /** A thread came into view, in the place of the one told before. Called once a thread view. */
  readonly onThread: (thread: OpenThread, host: PanelHost) => void;
  /** No thread is in view any more. */
  readonly onClosed: () => void;
  readonly onTrouble: (trouble: ReaderTrouble) => void;
};

/** Answers one question about a mail page, until the signal aborts: which thread is open, in whose account. Reads no bodies. */
export type MailPageReader = {
  /** Whether this page is one it can read; on others nothing is started. */
  readonly isHere: (location: Pick<Location, 'origin' | 'pathname' | 'search'>) => boolean;
  readonly watch: (listener: ReaderListener, signal: AbortSignal) => void;
};
