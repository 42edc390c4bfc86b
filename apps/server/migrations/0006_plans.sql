create table plans (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  source_kind text not null,
  source_id text not null,
  source_name text not null,
  state text not null check (state in ('quarantined', 'released', 'applied', 'dismissed')),
  reason text not null,
  created timestamptz not null,
  updated timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  decision text
);
create unique index plans_waiting on plans (source_kind, source_id) where state = 'quarantined';
create index plans_created on plans (created desc);

create table plan_items (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  plan_id text not null references plans on delete cascade,
  kind text not null,
  subject_kind text not null,
  subject_id text not null,
  subject_name text not null,
  -- What the source needs to apply the item, for instance the object's GUID.
  reference jsonb not null,
  reason text not null,
  changes jsonb not null default '{}',
  state text not null check (state in ('waiting', 'applied', 'withdrawn', 'failed', 'kept')),
  error text,
  created timestamptz not null
);
create index plan_items_plan on plan_items (plan_id, id);
create index plan_items_subject on plan_items (subject_id, kind);
create unique index plan_items_waiting on plan_items (plan_id, kind, subject_id, (reference ->> 'key')) where state = 'waiting';

-- What was done of the guarded kinds, for the rolling count.
create table guard_counts (
  source_kind text not null,
  source_id text not null,
  kind text not null,
  at timestamptz not null,
  count integer not null
);
create index guard_counts_source on guard_counts (source_kind, source_id, at);
