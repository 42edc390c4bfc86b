-- Roles that administrators made. Scopes are JumpCloud's words; which permissions they give is the hub's business.
create table roles (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  name text not null check (trim(name) <> ''),
  description text not null default '',
  scopes text[] not null,
  created timestamptz not null,
  created_by text not null,
  updated timestamptz not null,
  updated_by text not null
);
create unique index roles_name on roles (lower(name));

-- With a `role_id` that role decides, and `role` stands by as the least that a role can be. Without a password nobody signs in until a
-- password link was used. First and last name are empty for a name that was never told apart.
alter table administrators
  alter column password_hash drop not null,
  add column role_id text references roles,
  add column firstname text,
  add column lastname text,
  add column api_keys_allowed boolean not null default true,
  add column second_factor_required boolean not null default false,
  add column password_updated timestamptz,
  add constraint administrators_least_role check (role_id is null or role = 'read_only');
-- For the roles that are in use.
create index administrators_role_id on administrators (role_id) where role_id is not null;

-- The second factor (RFC 6238): enrolled once `confirmed`. A code counts once, so the newest time step that was used is kept.
create table administrator_second_factors (
  administrator_id text primary key references administrators on delete cascade,
  secret_sealed text not null,
  created timestamptz not null,
  confirmed timestamptz,
  last_step bigint not null default 0
);

create table administrator_recovery_codes (
  administrator_id text not null references administrators on delete cascade,
  code_hash text not null,
  primary key (administrator_id, code_hash)
);

-- Links with which an administrator chooses a password, once; the newest one of each.
create table password_links (
  administrator_id text primary key references administrators on delete cascade,
  token_hash text not null unique,
  created timestamptz not null,
  expires timestamptz not null
);

-- Programs that call the hub with keys or tokens of their own, with a role of the hub or one that administrators made.
create table service_accounts (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  name text not null check (trim(name) <> ''),
  role text not null,
  role_id text references roles,
  created timestamptz not null,
  updated timestamptz not null,
  check (role_id is null or role = 'read_only')
);
create unique index service_accounts_name on service_accounts (lower(name));
create index service_accounts_role_id on service_accounts (role_id) where role_id is not null;

create table service_account_credentials (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  service_account_id text not null references service_accounts on delete cascade,
  kind text not null check (kind in ('api_key', 'client_secret')),
  client_id text unique check ((kind = 'client_secret') = (client_id is not null)),
  prefix text not null,
  secret_hash text not null unique,
  lifetime_days integer not null check (lifetime_days > 0),
  created timestamptz not null,
  created_by_kind text not null,
  created_by_id text not null,
  created_by_name text not null,
  expires timestamptz not null,
  last_used timestamptz
);
create index service_account_credentials_account on service_account_credentials (service_account_id);

-- Bearer tokens given for a client secret; `scopes` narrows them. Rows are removed when they expire.
create table access_tokens (
  token_hash text primary key,
  credential_id text not null references service_account_credentials on delete cascade,
  scopes text[],
  created timestamptz not null,
  expires timestamptz not null
);
create index access_tokens_credential on access_tokens (credential_id);
create index access_tokens_expires on access_tokens (expires);

-- Password policies of groups, the one with the lowest precedence first; the organization's own is among the settings.
create table password_policies (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  name text not null check (trim(name) <> ''),
  description text not null default '',
  policy jsonb not null check (jsonb_typeof(policy) = 'object'),
  precedence integer not null,
  created timestamptz not null,
  updated timestamptz not null
);
create unique index password_policies_name on password_policies (lower(name));

create table password_policy_groups (
  group_id text primary key references groups on delete cascade,
  policy_id text not null references password_policies on delete cascade
);
create index password_policy_groups_policy on password_policy_groups (policy_id);

-- The organization's own words for mails to users, by kind of mail.
create table custom_emails (
  type text primary key,
  id text not null unique check (id ~ '^[0-9a-f]{24}$'),
  words jsonb not null check (jsonb_typeof(words) = 'object'),
  created timestamptz not null,
  updated timestamptz not null
);
