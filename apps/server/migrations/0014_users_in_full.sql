-- The latest passwords of a user as one-way hashes, so that they are not used again; how many are kept is the policy's business.
create table user_password_history (
  user_id text not null references users on delete cascade,
  changed timestamptz not null,
  hash text not null,
  primary key (user_id, changed)
);

-- Failed sign-ins since the last success, and until when they lock the account.
alter table user_passwords
  add column failed_attempts integer not null default 0,
  add column last_failure timestamptz,
  add column locked_until timestamptz;

-- Answers to requests with an Idempotency-Key. `target` is a digest of who asked where with which key; request and answer are sealed.
-- Rows are removed a day after they were made.
create table idempotency_keys (
  target text primary key,
  holder text not null,
  request_sealed text not null,
  answer_sealed text,
  created timestamptz not null
);
-- For the removal of old rows.
create index idempotency_keys_created on idempotency_keys (created);

-- What many users share, as numbers: a hash for each text, small numbers for states (1 staged, 2 suspended, 3 locked, 4 not activated).
-- One index finds by any of them; a hash may mean two texts, so the text is compared as well. Values that are empty or as for most users
-- are left out. Generated, so that an update that changes none of them touches no index.
alter table users add column facets integer[] not null generated always as (
  array_remove(array[
    case when attributes ->> 'department' <> '' then hashtext(('department=' || (attributes ->> 'department')) collate "C") end,
    case when attributes ->> 'company' <> '' then hashtext(('company=' || (attributes ->> 'company')) collate "C") end,
    case when attributes ->> 'costCenter' <> '' then hashtext(('costCenter=' || (attributes ->> 'costCenter')) collate "C") end,
    case when attributes ->> 'jobTitle' <> '' then hashtext(('jobTitle=' || (attributes ->> 'jobTitle')) collate "C") end,
    case when attributes ->> 'location' <> '' then hashtext(('location=' || (attributes ->> 'location')) collate "C") end,
    case when attributes ->> 'employeeType' <> '' then hashtext(('employeeType=' || (attributes ->> 'employeeType')) collate "C") end,
    case state when 'STAGED' then 1 when 'SUSPENDED' then 2 end,
    case when account_locked then 3 end,
    case when not activated then 4 end
  ], null)) stored;
-- For lists of users filtered by one of these, and for rules of groups.
create index users_facets on users using gin (facets);
