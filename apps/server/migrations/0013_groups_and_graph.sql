-- What makes a group's members follow from a rule. member_query is the rule as it was sent; the exempted users are those that the rule
-- does not decide about.
alter table groups
  add column member_query jsonb,
  add column member_query_exemptions text[] not null default '{}',
  add column suggestions_notify boolean not null default false,
  -- Raised with every change of what the rule decides.
  add column rule_revision bigint not null default 0;
-- The groups that every change of a user is held against.
create index groups_dynamic on groups (id) where membership_method in ('DYNAMIC_AUTOMATED', 'DYNAMIC_REVIEW_REQUIRED');
create index groups_exemptions on groups using gin (member_query_exemptions) where member_query_exemptions <> '{}';

-- Which revision of a group's rule its members say, apart from the group, whose every change is written to directories.
create table group_rule_progress (
  group_id text primary key references groups on delete cascade,
  applied_revision bigint not null
);

-- What the rule of a group would change, waiting for an administrator.
create table group_suggestions (
  group_id text not null references groups on delete cascade,
  user_id text not null references users on delete cascade,
  op text not null check (op in ('add', 'remove')),
  created timestamptz not null default now(),
  primary key (group_id, user_id)
);
create index group_suggestions_user on group_suggestions (user_id);

create function users_leave_exemptions() returns trigger language plpgsql as $$
begin
  update groups set member_query_exemptions = array(
    select id from unnest(groups.member_query_exemptions) as id where id not in (select gone.id from gone))
  where groups.member_query_exemptions <> '{}'
    and groups.member_query_exemptions && array(select gone.id from gone);
  return null;
end $$;
create trigger users_leave_exemptions after delete on users
  referencing old table as gone for each statement execute function users_leave_exemptions();

-- Devices, as records.
create table systems (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  hostname text not null default '',
  display_name text not null default '',
  -- Everything else, in JumpCloud v1's response shape.
  attributes jsonb not null,
  revision bigint not null default 1,
  created timestamptz not null,
  updated timestamptz not null
);

create table system_groups (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  name text not null,
  description text not null default '',
  email text not null default '',
  attributes jsonb,
  membership_method text not null default 'STATIC',
  member_query jsonb,
  member_query_exemptions text[] not null default '{}',
  suggestions_notify boolean not null default false,
  -- Raised with every change of what the rule decides, and which of these the members say.
  rule_revision bigint not null default 0,
  rule_applied bigint not null default 0,
  revision bigint not null default 1,
  created timestamptz not null,
  updated timestamptz not null
);
create unique index system_groups_name on system_groups (lower(name));
create index system_groups_behind on system_groups (id) where rule_revision > rule_applied;
create index system_groups_dynamic on system_groups (id) where membership_method = 'DYNAMIC_AUTOMATED';

create table system_group_members (
  group_id text not null references system_groups on delete cascade,
  system_id text not null references systems on delete cascade,
  added timestamptz not null default now(),
  primary key (group_id, system_id)
);
create index system_group_members_system on system_group_members (system_id, group_id);

create table applications (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  name text not null,
  display_name text not null default '',
  -- Everything else, in JumpCloud v1's response shape.
  attributes jsonb not null,
  revision bigint not null default 1,
  created timestamptz not null,
  updated timestamptz not null
);

-- The edges of the graph but memberships and bindings: who may use what. Directories have bindings.
create table associations (
  subject_kind text not null check (subject_kind in ('user', 'user_group')),
  subject_id text not null,
  target_kind text not null check (target_kind in ('system', 'system_group', 'application')),
  target_id text not null,
  attributes jsonb,
  created timestamptz not null,
  primary key (subject_id, target_kind, target_id)
);
create index associations_target on associations (target_id, subject_kind, subject_id);

create function associations_end_with_subject() returns trigger language plpgsql as $$
begin
  delete from associations using gone where associations.subject_id = gone.id;
  return null;
end $$;
create trigger users_end_associations after delete on users
  referencing old table as gone for each statement execute function associations_end_with_subject();
create trigger groups_end_associations after delete on groups
  referencing old table as gone for each statement execute function associations_end_with_subject();

create function associations_end_with_target() returns trigger language plpgsql as $$
begin
  delete from associations using gone where associations.target_id = gone.id;
  return null;
end $$;
create trigger systems_end_associations after delete on systems
  referencing old table as gone for each statement execute function associations_end_with_target();
create trigger system_groups_end_associations after delete on system_groups
  referencing old table as gone for each statement execute function associations_end_with_target();
create trigger applications_end_associations after delete on applications
  referencing old table as gone for each statement execute function associations_end_with_target();
