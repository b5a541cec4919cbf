import { LiveNews, LiveWait } from '../../lib/contract/live.ts';
import { waitForNews } from '../services/news/news.ts';
import { personProcedure, router } from './init.ts';

export const liveRouter = router({
  wait: personProcedure
    .input(LiveWait)
    .output(LiveNews)
    .query(({ ctx, input }) => waitForNews(ctx.services, ctx.actor, input.cursor, ctx.signal)),
});
