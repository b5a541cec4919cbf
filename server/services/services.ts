import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { OpenDatabase } from '../db/connection.ts';
import type { NoticeFeed } from '../providers/notice-feed.ts';
import type { NoticeMail } from '../providers/notice-mail.ts';
import type { Detect, Providers } from '../providers/provider.ts';
import type { Enqueue } from '../queue/jobs.ts';
import type { NewsBoard } from './news/news-board.ts';
import type { Sealing } from './sealing.ts';

/** What the product's verbs lean on. Made once in server/main.ts. */
export type Services = {
  readonly db: OpenDatabase;
  readonly sealing: Sealing;
  readonly clock: Clock;
  readonly log: Log;
  readonly enqueue: Enqueue;
  readonly news: NewsBoard;
  /** Providers that are configured on this server. */
  readonly providers: Providers;
  /** How Gmail's notices come in; undefined where nothing was set up for them. */
  readonly gmailNotices?: NoticeFeed | undefined;
  /** Candor's own way to write to colleagues; undefined where no server was set for it. */
  readonly noticeMail?: NoticeMail | undefined;
  readonly detect: Detect;
  /** Origin people reach this server at, without a slash at the end. */
  readonly publicUrl: string;
};
