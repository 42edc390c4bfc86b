-- What integrations own, how their attributes become fields, how much they may take away at once, and what they asked for.

alter table integrations
  drop constraint integrations_username_rule_check,
  add constraint integrations_username_rule_check check (username_rule in ('as_sent', 'before_at', 'email_before_at')),
  add column email_rule text not null default 'primary' check (email_rule in ('primary', 'work', 'user_name')),
  -- The table of attributes and fields; null: the usual one.
  add column mapping jsonb,
  -- Fields of its users that nobody else changes.
  add column read_only_fields text[] not null default '{}',
  -- Whether other integrations may change and delete what this one made.
  add column others_may_change boolean not null default true,
  -- What an existing user is recognised by when the client makes one; empty: nobody is taken over.
  add column takeover_by text[] not null default '{}' check (takeover_by <@ array['userName', 'email', 'externalId']),
  add column takeover_of text not null default 'unowned' check (takeover_of in ('unowned', 'everybody')),
  -- What happens with deactivations and deletions beyond the larger of the two limits within 24 hours.
  add column guard text not null default 'hold' check (guard in ('hold', 'refuse', 'off')),
  add column guard_count integer not null default 10 check (guard_count between 0 and 1000000),
  add column guard_percent integer not null default 5 check (guard_percent between 0 and 100);

-- Counts an integration's users, and walks along them when its read-only fields change.
create index users_made_by on users ((further ->> 'madeBy'), id) where further is not null;
-- Counts the users whose deletion is held; there are few.
create index users_held on users (id) where (further -> 'held') is not null;

-- Read-only fields that still have to be written to the users of an integration, which may be gone by now.
create table integration_field_locks (
  integration_id text primary key check (integration_id ~ '^[0-9a-f]{24}$'),
  fields text[] not null,
  changed timestamptz not null
);

-- Writes, failures and refusals of 30 days, and a few reads as samples.
create table integration_requests (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  integration_id text not null references integrations on delete cascade,
  at timestamptz not null,
  method text not null,
  path text not null,
  status integer not null,
  outcome text not null check (outcome in ('done', 'held', 'refused', 'failed')),
  -- The outcome in words.
  words text not null,
  subject_kind text,
  subject_id text,
  subject text not null default '',
  -- Names, addresses and outside ids in lower case, by which the rows about somebody are found.
  keys text[] not null default '{}',
  -- As JSON texts, without secrets; null when there was none, or when it was too large.
  request_body text,
  response_body text,
  duration_ms integer not null,
  client text not null default '',
  actor text not null default '',
  correlation_id text not null,
  is_read boolean not null default false,
  -- The request that this one repeats.
  replay_of text
);
create index integration_requests_page on integration_requests (integration_id, id);
create index integration_requests_keys on integration_requests using gin (keys) with (fastupdate = on);

-- How many requests came in each hour, reads included; kept as long as the rows.
create table integration_request_counts (
  integration_id text not null references integrations on delete cascade,
  hour timestamptz not null,
  reads bigint not null,
  writes bigint not null,
  failures bigint not null,
  primary key (integration_id, hour)
);
