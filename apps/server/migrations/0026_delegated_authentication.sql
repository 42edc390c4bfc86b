-- What an import agent says of its place, and whether it waits for sign-ins to be checked: until then, under this question of it.
alter table ad_agents
  add column place text check (place in ('domain_controller', 'member_server')),
  add column checks_until timestamptz,
  add column checks_poll text,
  -- When the domain locks accounts, as it may read that; threshold 0 never does.
  add column lockout_threshold integer check (lockout_threshold >= 0),
  add column lockout_window_ms bigint check (lockout_window_ms >= 0),
  -- When it last answered a sign-in that it had not been given.
  add column refused_answer_at timestamptz;

-- Sign-ins that a domain is asked about. Unlogged, because they live for seconds and their passwords, sealed to agents, are to be in no
-- log or backup. Removed when they are a minute old.
create unlogged table ad_sign_in_checks (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  domain_id text not null references ad_domains on delete cascade,
  user_id text not null references users on delete cascade,
  guid uuid not null,
  source text not null,
  -- By agent, and empty once it is settled.
  sealed jsonb not null,
  -- The nonces of the agents that took it, and those among them that could not ask.
  claims jsonb not null default '{}',
  failed text[] not null default '{}',
  holder text,
  outcome text,
  settled_at timestamptz,
  created timestamptz not null,
  expires timestamptz not null
);
-- What an agent may take.
create index ad_sign_in_checks_open on ad_sign_in_checks (domain_id, id) where settled_at is null;
-- Others of the same account that are under way.
create index ad_sign_in_checks_account on ad_sign_in_checks (domain_id, guid) where settled_at is null;
-- What goes with a user.
create index ad_sign_in_checks_user on ad_sign_in_checks (user_id);
-- What is old enough to be removed.
create index ad_sign_in_checks_expires on ad_sign_in_checks (expires);

-- Passwords that were tried on an account and not found right since the last right one, as the domain counts them; by where they came from.
-- Removed when they are older than the longest window of a domain.
create table ad_sign_in_guesses (
  domain_id text not null references ad_domains on delete cascade,
  guid uuid not null,
  source text not null,
  count integer not null check (count > 0),
  last_at timestamptz not null,
  primary key (domain_id, guid, source)
);
create index ad_sign_in_guesses_last on ad_sign_in_guesses (last_at);

-- Users whose password the hub keeps a hash of because their domain found it right, and since when it is known to be that one.
create table ad_kept_passwords (
  user_id text primary key references users on delete cascade,
  kept_at timestamptz not null
);
