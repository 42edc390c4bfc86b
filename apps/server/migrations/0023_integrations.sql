-- Clients that provision users and groups into the hub, their tokens, and what they keep with users and groups beyond the hub's own fields.

create table integrations (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  name text not null,
  -- Whose requests come with an administrator's key rather than with a token of an integration.
  built_in boolean not null default false,
  profile text not null check (profile in ('lenient', 'strict', 'entra', 'okta', 'jumpcloud', 'google')),
  enabled boolean not null default true,
  may_create boolean not null default true,
  may_update boolean not null default true,
  may_delete boolean not null default true,
  on_delete text not null default 'delete' check (on_delete in ('delete', 'suspend')),
  on_deactivate text not null default 'suspend' check (on_deactivate in ('suspend', 'ignore')),
  default_state text not null default 'ACTIVATED' check (default_state in ('ACTIVATED', 'STAGED')),
  username_rule text not null default 'as_sent' check (username_rule in ('as_sent', 'before_at')),
  created timestamptz not null,
  updated timestamptz not null
);
create unique index integrations_name on integrations (lower(name));
create unique index integrations_built_in on integrations (built_in) where built_in;

insert into integrations (id, name, built_in, profile, created, updated)
values ('5c1a00000000000000000001', 'API keys of administrators', true, 'lenient', date_trunc('milliseconds', now()), date_trunc('milliseconds', now()));

create table integration_tokens (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  integration_id text not null references integrations on delete cascade,
  prefix text not null,
  token_hash text not null unique,
  created timestamptz not null,
  expires timestamptz,
  last_used timestamptz
);
create index integration_tokens_integration on integration_tokens (integration_id);

-- What outside clients keep with a user beyond the hub's own fields; `keys` in it are what they look users up by. The column made of
-- these keys stays the same when anything else changes, so that an update need not touch its index.
alter table users
  add column further jsonb,
  add column further_keys jsonb generated always as (further -> 'keys') stored;
-- Without a list of pending keys, which every search would have to read through while many users are made.
create index users_further_keys on users using gin (further_keys) with (fastupdate = off) where further_keys is not null;
-- Counts those whom a client took for deleted; there are few.
create index users_removed_by on users (id) where (further -> 'removedBy') is not null;

alter table groups add column further jsonb;
create index groups_further_keys on groups using gin ((further -> 'keys')) with (fastupdate = off) where further is not null;
