create table administrators (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  email text not null,
  name text not null,
  role text not null,
  password_hash text not null,
  suspended boolean not null default false,
  created timestamptz not null,
  updated timestamptz not null,
  last_sign_in timestamptz
);
create unique index administrators_email on administrators (lower(email));

create table sessions (
  token_hash text primary key,
  administrator_id text not null references administrators on delete cascade,
  csrf_token text not null,
  created timestamptz not null,
  expires timestamptz not null,
  last_seen timestamptz not null,
  source_ip text
);
create index sessions_administrator on sessions (administrator_id);

create table api_keys (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  administrator_id text not null references administrators on delete cascade,
  name text not null,
  prefix text not null,
  key_hash text not null unique,
  created timestamptz not null,
  expires timestamptz,
  last_used timestamptz
);
create index api_keys_administrator on api_keys (administrator_id);

create table set_up_links (
  token_hash text primary key,
  created timestamptz not null,
  expires timestamptz not null
);

-- Failed sign-ins by what they aimed at (an address, a source): slows guessing down, in every hub process alike.
create table sign_in_failures (
  target text primary key,
  failures integer not null,
  last_failure timestamptz not null,
  blocked_until timestamptz
);

-- What the hub as a whole knows: one row per name.
create table settings (
  name text primary key,
  value jsonb not null,
  updated timestamptz not null default now()
);
