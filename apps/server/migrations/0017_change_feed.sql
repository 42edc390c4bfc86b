-- From when on positions in the journal's feed mean what they say. A database that was restored is another one: what came after the
-- backup is gone, and somebody who read it must begin again. The last row is the epoch that holds.
create table journal_epochs (
  number bigint generated always as identity primary key,
  id text not null check (id ~ '^[0-9a-f]{24}$'),
  -- The cluster and its timeline, which a restore into another cluster, a recovery to a point in time and a promoted standby change.
  server text not null,
  begun timestamptz not null default now()
);

-- What names the cluster and its timeline; unknown where the hub may not ask.
create function journal_server() returns text language plpgsql volatile as $$
begin
  return (select system_identifier from pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
exception when others then
  return 'unknown';
end $$;

-- Transaction ids of another cluster say nothing about the order of this one's. When the journal has some that are still to come here,
-- its rows are numbered anew: what is sealed goes first, in the order of the sequence, then the rest. Followers go back to the first row
-- that they have not taken; they may see some rows twice.
create function journal_number_anew() returns boolean language plpgsql as $$
declare
  sealed_xid xid8;
  sealed_seq bigint;
begin
  if not exists (select from journal where xid >= pg_snapshot_xmax(pg_current_snapshot())) then return false; end if;
  lock table journal in access exclusive mode;
  select last_xid, last_seq into sealed_xid, sealed_seq from journal_blocks order by position desc limit 1;
  update journal_followers as follower set
    xid = coalesce(untaken.xid, '2'),
    seq = coalesce(untaken.seq - 1, (select max(seq) from journal))
  from (
    select name, first.xid, first.seq from journal_followers left join lateral (
      select case when (entry.xid, entry.seq) <= (sealed_xid, sealed_seq) then '1'::xid8 else '2'::xid8 end as xid, entry.seq
      from journal as entry where (entry.xid, entry.seq) > (journal_followers.xid, journal_followers.seq)
      order by 1, 2 limit 1
    ) as first on true
  ) as untaken
  where untaken.name = follower.name;
  update journal_blocks set last_xid = '1', last_seq = coalesce((
      select max(seq) from journal where (xid, seq) <= (sealed_xid, sealed_seq)), last_seq)
    where position = (select max(position) from journal_blocks);
  update journal set xid = case when (xid, seq) <= (sealed_xid, sealed_seq) then '1'::xid8 else '2'::xid8 end;
  return true;
end $$;
