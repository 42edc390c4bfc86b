-- A change of many users that was asked for row by row. Jobs and their rows are removed a month after the job has ended.
create table bulk_jobs (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  kind text not null check (kind in ('create', 'update', 'expire', 'unlock')),
  -- `receiving` while its rows are being stored; nobody works on it then.
  state text not null check (state in ('receiving', 'working', 'done', 'cancelled')),
  -- Who asked and why: actor without permissions, cause, correlation id.
  origin jsonb not null,
  -- The state of new users that name none.
  default_state text not null check (default_state in ('STAGED', 'ACTIVATED', 'SUSPENDED')),
  -- What new users say of where they come from; null for jobs that make none.
  creation_source text,
  name text not null,
  total integer not null check (total > 0),
  -- How the rows came out, once all of them have; while it works they are counted.
  changed integer,
  unchanged integer,
  failed integer,
  created timestamptz not null,
  ended timestamptz,
  check ((creation_source is not null) = (kind = 'create')),
  check ((ended is null) = (state in ('receiving', 'working'))),
  check ((changed is not null and unchanged is not null and failed is not null) = (state = 'done'))
);
-- For the workers, oldest first.
create index bulk_jobs_working on bulk_jobs (id) where state = 'working';
-- For the removal of old jobs.
create index bulk_jobs_ended on bulk_jobs (ended);

-- A row of a job. What was asked for is forgotten as soon as it is done; a password is stored sealed and only until then.
create table bulk_job_rows (
  job_id text not null references bulk_jobs on delete cascade,
  position integer not null,
  state text not null check (state in ('waiting', 'done', 'failed')),
  -- The user; for a creation the id that the user gets. Null where the request named none that could be one.
  user_id text,
  -- What the request called the user, for people.
  username text not null,
  email text not null,
  input jsonb,
  password_sealed text,
  -- For a row that changed nothing because the user was so already.
  is_unchanged boolean not null default false,
  code text,
  message text,
  field text,
  updated timestamptz not null,
  primary key (job_id, position),
  check ((code is not null) = (state = 'failed')),
  check (state = 'waiting' or (input is null and password_sealed is null))
);
-- For the workers, and to know whether a job is at its end.
create index bulk_job_rows_waiting on bulk_job_rows (job_id, position) where state = 'waiting';
-- For the page of the rows that failed.
create index bulk_job_rows_failed on bulk_job_rows (job_id, position) where state = 'failed';

-- A change of a user's state at a time to come, done once by whichever hub sees first that it is due.
create table scheduled_states (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  user_id text not null references users on delete cascade,
  state text not null check (state in ('ACTIVATED', 'SUSPENDED')),
  due timestamptz not null,
  -- Null: no mail; empty: to the user's own address.
  activation_email text,
  origin jsonb not null,
  created timestamptz not null,
  unique (user_id, state, due)
);
-- For what is due.
create index scheduled_states_due on scheduled_states (due, id);

-- How fields of users and attributes of a domain's objects become each other, as administrators wrote it down.
create table translation_rules (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  directory_id text not null references directories on delete cascade,
  direction text not null check (direction in ('EXPORT', 'IMPORT')),
  source_type text not null check (source_type in ('PATH', 'CONSTANT')),
  source text not null,
  destination text not null,
  applied_on text[] not null,
  created timestamptz not null
);
-- Two rules for one destination would contradict each other; also for the list of a domain.
create unique index translation_rules_destination on translation_rules (directory_id, direction, lower(destination));
