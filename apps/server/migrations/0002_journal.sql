-- The journal: one row per change, written in the transaction of the change. Audit log, change feed and explanation at once.
-- Personal values (names, before and after) stand in details alone; the chain links salted digests of them, so that erasing a
-- person (details and salt to null, details_digest kept) leaves the chain verifiable.
create table journal (
  seq bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  actor_kind text not null,
  actor_id text not null,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  correlation_id text,
  details jsonb,
  salt bytea default uuid_send(gen_random_uuid()),
  details_digest bytea,
  primary key (at, seq)
) partition by range (at);

create table journal_default partition of journal default;
create index journal_feed on journal (xid, seq);
create index journal_seq on journal (seq);
create index journal_subject on journal (subject_id, seq desc);

-- Makes the partition of the month that holds the given time, unless it exists.
create function journal_make_partition(month timestamptz) returns void language plpgsql as $$
declare
  first timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
  last timestamptz := (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
  name text := 'journal_' || to_char(first at time zone 'UTC', 'YYYY_MM');
begin
  if to_regclass(name) is not null then return; end if;
  if exists (select from journal_default where at >= first and at < last) then return; end if;
  execute format('create table %I partition of journal for values from (%L) to (%L)', name, first, last);
end $$;

-- The hash chain, a block of rows at a time: hash = SHA-256 of the hash before and the digests of the block's rows.
create table journal_blocks (
  position bigint primary key,
  first_at timestamptz not null,
  last_at timestamptz not null,
  last_xid xid8 not null,
  last_seq bigint not null,
  row_seqs bigint[] not null,
  row_digests bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null default now(),
  signature bytea not null
);

-- How far each follower of the feed has come.
create table journal_followers (
  name text primary key,
  xid xid8 not null,
  seq bigint not null
);
