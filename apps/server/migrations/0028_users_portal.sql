-- Sessions of users in their portal. Where they come from is a personal value: rows go with the session, within the hour after its end.
create table user_sessions (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  token_hash text not null unique,
  user_id text not null references users on delete cascade,
  csrf_token text not null,
  -- The password was right, and the second factor is still to come.
  awaits_second_factor boolean not null,
  created timestamptz not null,
  expires timestamptz not null,
  last_seen timestamptz not null,
  -- Without a request for so long, it is over.
  idle_seconds integer not null check (idle_seconds > 0),
  source_ip text not null,
  user_agent text not null
);
-- For the sessions of a user.
create index user_sessions_user on user_sessions (user_id, created);
-- For the removal of those that are over.
create index user_sessions_expires on user_sessions (expires);

-- Links with which users choose a password: of a purpose only the newest one, and only its hash.
create table user_links (
  user_id text not null references users on delete cascade,
  purpose text not null check (purpose in ('activation', 'password', 'expiry')),
  token_hash text not null unique,
  created timestamptz not null,
  expires timestamptz not null,
  primary key (user_id, purpose)
);
-- For the removal of those that are over.
create index user_links_expires on user_links (expires);

-- Whoever is suspended is signed out with the suspension itself, however it comes about, and not signed in again when it ends.
create function end_user_sessions() returns trigger language plpgsql as $$
begin
  delete from user_sessions where user_id = new.id;
  return null;
end $$;
create trigger users_end_sessions after update of state on users
  for each row when (old.state is distinct from new.state and new.state <> 'ACTIVATED') execute function end_user_sessions();
