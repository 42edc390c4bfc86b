-- A bulk action is a bulk job whose rows are users whom somebody chose, and whose change is one of three: so it outlives the hub that
-- took it, and every hub works on it.
alter table bulk_jobs drop constraint bulk_jobs_kind_check;
alter table bulk_jobs add constraint bulk_jobs_kind_check
  check (kind in ('create', 'update', 'expire', 'unlock', 'suspend', 'activate', 'delete'));
alter table bulk_jobs
  -- What an action was asked for, as a digest with who asked: the same wish joins the action that works on it.
  add column wish text,
  -- The action that this one takes back.
  add column undo_of text references bulk_jobs on delete set null,
  -- Of a done action, how many users had the state to which the opposite action leads.
  add column undoable integer;
-- The same wish is worked on once at a time.
create unique index bulk_jobs_wish on bulk_jobs (wish) where state = 'working' and wish is not null;
-- An action is taken back once; also for the foreign key.
create unique index bulk_jobs_undo on bulk_jobs (undo_of) where undo_of is not null;

alter table bulk_job_rows
  add column display_name text not null default '',
  -- The user's state before the row was worked on; null while it waits, for creations, and where nobody was found.
  add column before_state text check (before_state in ('STAGED', 'ACTIVATED', 'SUSPENDED'));

-- For lists of users by display name (decisions/0008): 1.5 ms instead of 110 for the first page of 100,000.
create index users_display_name on users (display_name, id);

-- Which directory a membership came from, so that a read of one takes nothing away that another one brought. Empty for what was decided
-- here, and where nobody knows.
alter table group_members add column directory_id text not null default '';
alter table group_members drop constraint group_members_pkey;
alter table group_members add primary key (group_id, user_id, origin, directory_id);
alter table group_members add constraint group_members_directory_check
  check (directory_id = '' or origin in ('directory', 'nested'));

update group_members as member set directory_id = tied.directory_id
from (select group_id, min(directory_id) as directory_id from group_accounts group by group_id having count(*) = 1) as tied
where tied.group_id = member.group_id and member.origin in ('directory', 'nested');
-- Of a group that several have, every one that may have brought a member counts as such; its next look takes away what it did not bring.
insert into group_members (group_id, user_id, origin, removing, added, directory_id)
select member.group_id, member.user_id, member.origin, member.removing, member.added, tied.directory_id
from group_members as member
  join group_accounts as tied on tied.group_id = member.group_id
  join accounts on accounts.directory_id = tied.directory_id and accounts.user_id = member.user_id
where member.origin in ('directory', 'nested') and member.directory_id = '' and accounts.external_id is not null;
delete from group_members as member using group_members as known
where member.directory_id = '' and known.directory_id <> '' and known.group_id = member.group_id
  and known.user_id = member.user_id and known.origin = member.origin;
-- For the directory that is taken away.
create index group_members_directory on group_members (directory_id) where directory_id <> '';
