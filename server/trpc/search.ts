import { SearchAnswer, SearchRequest } from '../../lib/contract/search.ts';
import { searchMessages } from '../services/search/search-messages.ts';
import { personProcedure, router } from './init.ts';

export const searchRouter = router({
  messages: personProcedure
    .input(SearchRequest)
    .output(SearchAnswer)
    .query(({ ctx, input }) => searchMessages(ctx.services, ctx.actor, input)),
});
