-- Groups as members of groups, as the hub itself decides them; what Active Directory nests stands in the mirror of its domain. Who is in the
-- inner group is a member of the outer one by a row of the origin 'nested' with 'hub' for its directory, so that no read of a directory
-- takes it away. Circles are allowed: everybody in one is everywhere in it.
create table group_nestings (
  group_id text not null references groups on delete cascade,
  member_group_id text not null references groups on delete cascade,
  added timestamptz not null default now(),
  primary key (group_id, member_group_id),
  check (group_id <> member_group_id)
);
create index group_nestings_member on group_nestings (member_group_id, group_id);
-- Finds everybody who is derived in a group.
create index group_members_of_nestings on group_members (group_id, user_id) where origin = 'nested' and directory_id = 'hub';

-- Memberships, of users or groups, that an integration ended and that its guard keeps: for it they are gone.
create table group_member_holds (
  group_id text not null references groups on delete cascade,
  integration_id text not null references integrations on delete cascade,
  member_id text not null,
  primary key (group_id, integration_id, member_id)
);
create index group_member_holds_integration on group_member_holds (integration_id);

-- Counts the groups of an integration, for its guard.
create index groups_made_by on groups ((further ->> 'madeBy')) where further is not null;
-- Finds the groups whose deletion is held; there are few.
create index groups_held on groups (id) where (further -> 'held') is not null;

-- A revoked token is kept for a while, so that the log of its integration says who still comes with it.
alter table integration_tokens add column revoked timestamptz;
