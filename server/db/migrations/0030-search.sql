-- Messages are found by their words. Of each word of a message's subject, of what it says itself, of the people on it (without
-- Bcc) and of its attachments' names (lib/domain/search-words.ts) stands the beginning, 8 bytes, of a hash under a key of the
-- company; what is found by it is opened and looked at before it is shown.
--
-- What this tells whoever has the database and not the master key: how many words a message has, which messages of one company
-- share a word, and how often each is used. From that, common words can be guessed. Neither a word nor its place stands here, and
-- the same word of two companies has nothing in common. Whoever has the master key too can ask for any word.
--
-- The row goes with its message, by whatever way that goes.
-- One array a message, with an index that is turned inside out: a row for each word and message, which was measured beside it,
-- takes seven times the room and three times as long to write.
create table candor.message_words (
  message_id uuid primary key references candor.message on delete cascade,
  company_id uuid not null references candor.company on delete cascade,
  -- Sorted by themselves, so that their order tells nothing.
  words bigint[] not null
);
-- Hashes can't be compressed.
alter table candor.message_words alter column words set storage external;
create index message_words_by_word on candor.message_words using gin (words);
create index on candor.message (company_id, sent_at, id);

alter table candor.message_words enable row level security, force row level security;
create policy owner_all on candor.message_words to candor_owner using (true) with check (true);
create policy worker_company on candor.message_words to candor_worker
  using (company_id = (select app.company_id())) with check (company_id = (select app.company_id()));
grant select, insert, delete on candor.message_words to candor_worker;
-- A person is given no row of it: app.find_messages() answers with messages they may read, and no operator on arrays may look into
-- an index before a policy was asked (they are not leakproof).

create function app.reads(person uuid, reader_ids uuid[], reader_ends jsonb) returns boolean
  language sql stable
  return person = any (reader_ids) or (reader_ends ->> person::text)::bigint > app.now_ms();

-- Messages that the person of the transaction may read, that hold all the words, and that were sent within the time given; newest
-- first, at most so many. Where it did not look through all of them, it ends with the message it came to, is_found false. candidate: only of threads filed on that one, whom the person may open. before_at, before_id: only what
-- comes after that message in this order. Whoever asks reads the messages under row-level security once more.
--
-- By one of three ways, the first that is short. The first looks at nothing but what the person may read, so neither its answer
-- nor its time tells of anything else; of the other two the time does, a little, to those who read thousands of conversations.
-- "offset 0": what is inside is found first, and not by going through all messages in the order of their time.
create function app.find_messages(
  sought bigint[], candidate uuid, from_at bigint, until_at bigint, before_at bigint, before_id uuid, most integer)
  returns table (id uuid, is_found boolean)
  language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  me uuid := app.person_id();
  mine uuid := app.company_id();
  few_threads constant integer := 2000;
  few_messages constant integer := 5000;
  looked_at_once constant integer := 1000;
  lower_at bigint := coalesce(from_at, -9223372036854775808);
  upper_at bigint := coalesce(until_at, 9223372036854775807);
  last_at bigint := coalesce(before_at, 9223372036854775807);
  last_id uuid := coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  threads uuid[];
  found uuid[];
  looked uuid[];
begin
  if candidate is null then
    threads := array(
      select t.id from candor.thread t
      where t.company_id = mine and app.reads(me, t.reader_ids, t.reader_ends)
      limit few_threads + 1);
  else
    threads := array(
      select t.id from candor.thread t
      where t.company_id = mine and app.reads(me, t.reader_ids, t.reader_ends)
        and t.root_id in (
          select its.root_id from candor.thread_candidate f
          join candor.thread its on its.id = f.thread_id
          join candor.candidate_access a on a.candidate_id = f.candidate_id and a.person_id = me and a.company_id = mine
          where f.candidate_id = candidate and app.reads(me, its.reader_ids, its.reader_ends)));
  end if;
  if candidate is not null or cardinality(threads) <= few_threads then
    return query
      select m.id, true
      from (select * from candor.message where thread_id = any (threads) offset 0) m
      where m.company_id = mine and app.reads(me, m.reader_ids, m.reader_ends)
        and m.sent_at >= lower_at and m.sent_at < upper_at and (m.sent_at, m.id) < (last_at, last_id)
        and (select w.words @> sought from candor.message_words w where w.message_id = m.id)
      order by m.sent_at desc, m.id desc limit most;
    return;
  end if;

  -- Words that few messages of the company hold together.
  found := array(select w.message_id from candor.message_words w where w.words @> sought limit few_messages);
  if cardinality(found) < few_messages then
    return query
      select m.id, true
      from (select * from candor.message x where x.id = any (found) offset 0) m
      where m.company_id = mine and app.reads(me, m.reader_ids, m.reader_ends)
        and m.sent_at >= lower_at and m.sent_at < upper_at and (m.sent_at, m.id) < (last_at, last_id)
      order by m.sent_at desc, m.id desc limit most;
    return;
  end if;

  -- Somebody who reads much, and words that stand in much of the company's mail: the newest are likely to be enough, and however
  -- few of them hold the words, this takes no longer.
  looked := array(
    select m.id from candor.message m
    where m.company_id = mine and app.reads(me, m.reader_ids, m.reader_ends)
      and m.sent_at >= lower_at and m.sent_at < upper_at and (m.sent_at, m.id) < (last_at, last_id)
    order by m.sent_at desc, m.id desc limit looked_at_once);
  return query
    select m.id, true
    from (select * from candor.message x where x.id = any (looked) offset 0) m
    where (select w.words @> sought from candor.message_words w where w.message_id = m.id)
    order by m.sent_at desc, m.id desc limit most;
  if cardinality(looked) = looked_at_once then
    return query select looked[looked_at_once], false;
  end if;
end $$;
grant execute on function app.find_messages(bigint[], uuid, bigint, bigint, bigint, uuid, integer) to candor_app;
