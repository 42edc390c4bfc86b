-- The sync agent is to say whether the outside object is there, because nobody reads the directory.
alter table accounts add column unsure boolean not null default false;
create index accounts_unsure on accounts (directory_id) where unsure;

-- A comparison of a domain that no import agent reads asks the sync agent for every account, and lists those that are not there.
alter table ad_comparisons drop constraint ad_comparisons_phase_check;
alter table ad_comparisons add constraint ad_comparisons_phase_check
  check (phase in ('users', 'accounts', 'groups', 'asking', 'asked'));

-- Work is taken in the order of ids. Without them in the index the planner, which takes a third of all accounts to be behind, reads every
-- account for the few that are.
drop index accounts_behind;
create index accounts_behind on accounts (directory_id, id) where desired_revision > applied_revision;

-- Accounts whose validity ends at all are few: they are looked at every minute.
create index ad_objects_expiring on ad_objects (domain_id)
  where kind = 'user' and attributes ->> 'accountExpires' ~ '^[1-9][0-9]{0,17}$';
