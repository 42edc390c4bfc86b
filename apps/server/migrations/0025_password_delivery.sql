-- What passwords for an agent are sealed with; an agent of an earlier version has none until it starts anew.
alter table ad_agents add column sealing_key text;

-- Counts the passwords that a user has had, also across times without one: what is sealed for one of them is no use for another.
create table user_password_revisions (
  user_id text primary key references users on delete cascade,
  revision bigint not null check (revision > 0)
);
insert into user_password_revisions (user_id, revision) select user_id, 1 from user_passwords;

-- The password that an account has in its directory, as far as the hub put it there; and why the directory refused the latest one.
alter table accounts
  add column delivered_password_revision bigint,
  add column password_last_set timestamptz,
  add column password_error jsonb;

-- Passwords on their way, sealed for one agent each: nobody else can open them, the hub included. Of an account only the newest waits.
create table password_deliveries (
  account_id text not null references accounts on delete cascade,
  agent_id text not null references ad_agents on delete cascade,
  user_id text not null references users on delete cascade,
  revision bigint not null,
  -- The object that it is sealed for; none while the account is yet to be made.
  object_guid uuid,
  -- Set by a way that holds also where the directory has authority over passwords.
  despite_authority boolean not null default false,
  sealed jsonb not null,
  created timestamptz not null,
  primary key (account_id, agent_id)
);
create index password_deliveries_agent on password_deliveries (agent_id);
create index password_deliveries_user on password_deliveries (user_id);

-- An account that is not wanted any more gets no password, and nobody gets one that was taken from the user.
create function accounts_forget_passwords() returns trigger language plpgsql as $$
begin
  delete from password_deliveries where account_id = new.id;
  return null;
end $$;
create trigger accounts_forget_passwords after update of wanted on accounts
  for each row when (old.wanted and not new.wanted) execute function accounts_forget_passwords();

create function user_passwords_forget_deliveries() returns trigger language plpgsql as $$
begin
  delete from password_deliveries where user_id = old.user_id;
  return null;
end $$;
create trigger user_passwords_forget_deliveries after delete on user_passwords
  for each row execute function user_passwords_forget_deliveries();

-- Who has authority over the passwords of many users, as a bulk action.
alter table bulk_jobs drop constraint bulk_jobs_kind_check;
alter table bulk_jobs add constraint bulk_jobs_kind_check check (kind in
  ('create', 'update', 'expire', 'unlock', 'suspend', 'activate', 'delete', 'password_authority', 'delegated_authority'));
