create extension if not exists pg_trgm;

create sequence user_unix_ids start 5001;

create table users (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  seq bigint generated always as identity,
  username text not null,
  email text not null,
  employee_id text,
  display_name text not null default '',
  state text not null check (state in ('STAGED', 'ACTIVATED', 'SUSPENDED')),
  -- Who suspended: 'hub', or the id of the directory in which the account is disabled.
  suspended_by text check ((suspended_by is not null) = (state = 'SUSPENDED')),
  activated boolean not null default false,
  account_locked boolean not null default false,
  manager_id text references users,
  unix_uid bigint not null,
  unix_gid bigint not null,
  -- The directory that owns the imported fields.
  home_directory_id text,
  -- Everything else, in JumpCloud v1's response shape.
  attributes jsonb not null,
  search text generated always as (
    lower(username || ' ' || email || ' ' || display_name || ' ' || coalesce(attributes ->> 'firstname', '') || ' '
      || coalesce(attributes ->> 'lastname', ''))
  ) stored,
  revision bigint not null default 1,
  created timestamptz not null,
  updated timestamptz not null
) with (fillfactor = 85);
create unique index users_username on users (lower(username));
create unique index users_email on users (lower(email));
create unique index users_employee_id on users (employee_id) where employee_id is not null;
create index users_manager on users (manager_id) where manager_id is not null;
create index users_home_directory on users (home_directory_id) where home_directory_id is not null;
create index users_search on users using gin (search gin_trgm_ops);

-- Readable by nobody but the sign-in: the one-way hash, apart from the user so that no list can carry it.
create table user_passwords (
  user_id text primary key references users on delete cascade,
  hash text not null,
  changed timestamptz not null
);

create table groups (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  seq bigint generated always as identity,
  name text not null,
  description text not null default '',
  email text not null default '',
  membership_method text not null default 'STATIC',
  attributes jsonb,
  home_directory_id text,
  -- True while the group has a counterpart in a directory: changes of its members then wait to be written there.
  outside boolean not null default false,
  revision bigint not null default 1,
  created timestamptz not null,
  updated timestamptz not null
);
create unique index groups_name on groups (lower(name));
create index groups_home_directory on groups (home_directory_id) where home_directory_id is not null;

-- A user may belong to a group in several ways at once; each is a row. 'directory' = a direct member there, 'nested' = derived by
-- flattening, 'rule' = by a dynamic rule, 'hub' = added here.
create table group_members (
  group_id text not null references groups on delete cascade,
  user_id text not null references users on delete cascade,
  origin text not null check (origin in ('hub', 'directory', 'nested', 'rule')),
  -- An addition (origin hub) or a removal (removing) that the directory does not have yet.
  pending boolean not null default false,
  removing boolean not null default false,
  error jsonb,
  retry_at timestamptz,
  attempts integer not null default 0,
  added timestamptz not null default now(),
  primary key (group_id, user_id, origin)
);
create index group_members_user on group_members (user_id, group_id);
create index group_members_pending on group_members (group_id) where pending;

create table directories (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  kind text not null check (kind in ('active_directory')),
  name text not null,
  created timestamptz not null
);

create unique index directories_name on directories (lower(name));

-- Explicit bindings. A group's binding binds its members.
create table bindings (
  directory_id text not null references directories on delete cascade,
  subject_kind text not null check (subject_kind in ('user', 'group')),
  subject_id text not null,
  created timestamptz not null,
  primary key (directory_id, subject_kind, subject_id)
);
create index bindings_subject on bindings (subject_id);

-- A user's counterpart in a directory. Rows outlive their user (user_deleted), so that a user deleted here whose account still
-- stands in the directory's scope is reported and not imported again.
create table accounts (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  directory_id text not null references directories on delete cascade,
  user_id text not null,
  user_deleted boolean not null default false,
  external_id uuid,
  external_name text,
  -- Who made the account: the hub, or the directory.
  made_by text not null check (made_by in ('hub', 'directory')),
  -- Bound now, explicitly or through a group, or imported.
  wanted boolean not null,
  -- When the directory took the account out of scope; only binding it anew makes it wanted again.
  left_at timestamptz,
  desired_revision bigint not null default 1,
  applied_revision bigint not null default 0,
  -- Field values on which hub and directory last agreed.
  agreed jsonb not null default '{}',
  enabled boolean,
  disabled_by_hub boolean not null default false,
  creating_since timestamptz,
  error jsonb,
  retry_at timestamptz,
  attempts integer not null default 0,
  leased_until timestamptz,
  created timestamptz not null,
  applied_at timestamptz,
  unique (directory_id, user_id)
);
create unique index accounts_external on accounts (directory_id, external_id) where external_id is not null;
create index accounts_user on accounts (user_id);
create index accounts_behind on accounts (directory_id) where desired_revision > applied_revision;

-- A group's counterpart in a directory.
create table group_accounts (
  directory_id text not null references directories on delete cascade,
  group_id text not null references groups on delete cascade,
  external_id uuid,
  external_name text,
  made_by text not null check (made_by in ('hub', 'directory')),
  desired_revision bigint not null default 1,
  applied_revision bigint not null default 0,
  error jsonb,
  retry_at timestamptz,
  attempts integer not null default 0,
  leased_until timestamptz,
  created timestamptz not null,
  applied_at timestamptz,
  primary key (directory_id, group_id)
);
create unique index group_accounts_external on group_accounts (directory_id, external_id) where external_id is not null;
create index group_accounts_group on group_accounts (group_id);

-- Every change of a user, whoever makes it, raises what its accounts should be, in the same transaction.
create function users_raise_accounts() returns trigger language plpgsql as $$
begin
  update accounts set desired_revision = desired_revision + 1, retry_at = null, attempts = 0
  from changed where accounts.user_id = changed.id and accounts.wanted;
  return null;
end $$;
create trigger users_raise_accounts after update on users
  referencing new table as changed for each statement execute function users_raise_accounts();

create function users_bury_accounts() returns trigger language plpgsql as $$
begin
  update accounts
  set user_deleted = true, wanted = false, desired_revision = desired_revision + 1, retry_at = null, attempts = 0
  from gone where accounts.user_id = gone.id;
  delete from bindings using gone where bindings.subject_kind = 'user' and bindings.subject_id = gone.id;
  return null;
end $$;
create trigger users_bury_accounts after delete on users
  referencing old table as gone for each statement execute function users_bury_accounts();

create function groups_raise_accounts() returns trigger language plpgsql as $$
begin
  update group_accounts set desired_revision = desired_revision + 1, retry_at = null, attempts = 0
  from changed where group_accounts.group_id = changed.id;
  return null;
end $$;
create trigger groups_raise_accounts after update on groups
  referencing new table as changed for each statement execute function groups_raise_accounts();
