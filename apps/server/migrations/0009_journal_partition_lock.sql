-- Hubs that start at once make the same partition: one after the other, or they dead-lock between looking and creating.
create or replace function journal_make_partition(month timestamptz) returns void language plpgsql as $$
declare
  first timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
  last timestamptz := (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
  name text := 'journal_' || to_char(first at time zone 'UTC', 'YYYY_MM');
begin
  if to_regclass(name) is not null then return; end if;
  -- Of itself alone: rows are inserted meanwhile. An advisory lock would leave this session's picture of the catalogue as it was.
  lock table journal in share update exclusive mode;
  if to_regclass(name) is not null then return; end if;
  if exists (select from journal_default where at >= first and at < last) then return; end if;
  execute format('create table %I partition of journal for values from (%L) to (%L)', name, first, last);
end $$;
