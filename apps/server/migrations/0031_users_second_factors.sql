-- The one-time password generator of a user; one that is not confirmed is being enrolled.
create table user_authenticators (
  user_id text primary key references users on delete cascade,
  secret_sealed text not null,
  created timestamptz not null,
  confirmed timestamptz,
  last_step bigint not null default 0
);

create table user_recovery_codes (
  user_id text not null references users on delete cascade,
  code_hash text not null,
  primary key (user_id, code_hash)
);

-- WebAuthn credentials of users. A credential is good for the host name that it was made under.
create table user_passkeys (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  user_id text not null references users on delete cascade,
  host text not null,
  credential_id text not null unique,
  public_key bytea not null,
  -- Of signatures; some authenticators always say 0.
  counter bigint not null,
  transports text[] not null,
  name text not null,
  synced boolean not null,
  created timestamptz not null,
  last_used timestamptz
);
-- For the passkeys of a user.
create index user_passkeys_user on user_passkeys (user_id, created);

-- What a browser has to sign, each once; it goes with the session.
create table user_passkey_challenges (
  session_id text not null references user_sessions on delete cascade,
  use text not null check (use in ('create', 'get')),
  challenge text not null,
  host text not null,
  created timestamptz not null,
  primary key (session_id, use)
);

-- Groups whose members need a second factor, so many days after they came in or it was asked for.
create table group_second_factors (
  group_id text primary key references groups on delete cascade,
  since timestamptz not null,
  grace_days integer not null check (grace_days between 0 and 365)
);
