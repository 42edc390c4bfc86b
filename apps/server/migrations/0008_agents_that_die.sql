-- Who has the lease: an agent that asks for work anew has lost what it did not report, and gets it again at once.
alter table accounts add column leased_by text;
alter table group_accounts add column leased_by text;

-- Accounts that were asked for and not reported: each read of the directory looks for their objects.
create index accounts_in_the_making on accounts (directory_id) where external_id is null and creating_since is not null;

-- Written by an agent and not read since: a read that says something else may be older than the writing, and is repeated.
alter table accounts add column unseen boolean not null default false;
