-- Comparisons of the hub with a domain after a complete read: the latest few of each domain are kept with their differences.
create table ad_comparisons (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  domain_id text not null references ad_domains on delete cascade,
  state text not null check (state in ('reading', 'comparing', 'done', 'failed', 'cancelled')),
  scheduled boolean not null,
  requested_by text not null,
  -- What is being looked at, and behind which key the next batch begins.
  phase text not null default 'users' check (phase in ('users', 'accounts', 'groups')),
  cursor text not null default '',
  compared integer not null default 0,
  total integer not null default 0,
  -- Differences by kind, all of them; `kept` are stored.
  counts jsonb not null default '{}',
  kept integer not null default 0,
  created timestamptz not null,
  read_at timestamptz,
  ended timestamptz,
  error text,
  -- Rows that were chosen to be applied and wait for a worker.
  applying boolean not null default false
);
-- One comparison of a domain at a time; the workers look for those that have not ended.
create unique index ad_comparisons_open on ad_comparisons (domain_id) where state in ('reading', 'comparing');
create index ad_comparisons_domain on ad_comparisons (domain_id, id);
create index ad_comparisons_applying on ad_comparisons (id) where applying;

-- The values are personal ones: they go with the user whose they are.
create table ad_comparison_rows (
  comparison_id text not null references ad_comparisons on delete cascade,
  position integer not null,
  kind text not null,
  subject_kind text not null check (subject_kind in ('user', 'group')),
  user_id text references users on delete cascade,
  group_id text references groups on delete cascade,
  subject_name text not null,
  guid uuid,
  field text,
  hub_value text,
  domain_value text,
  authority text check (authority in ('directory', 'hub', 'both')),
  action text not null check (action in ('taken_over', 'written', 'nothing')),
  takes_away boolean not null,
  detail text,
  outcome text check (outcome in ('selected', 'applied', 'held')),
  primary key (comparison_id, position)
);
create index ad_comparison_rows_user on ad_comparison_rows (user_id) where user_id is not null;
create index ad_comparison_rows_group on ad_comparison_rows (group_id) where group_id is not null;
-- The next chosen rows.
create index ad_comparison_rows_selected on ad_comparison_rows (comparison_id, position) where outcome = 'selected';

-- When a domain is compared by itself; a domain without a row is compared at the usual hour.
create table ad_comparison_schedules (
  domain_id text primary key references ad_domains on delete cascade,
  enabled boolean not null,
  -- Of the day, in UTC.
  hour integer not null check (hour between 0 and 23)
);
