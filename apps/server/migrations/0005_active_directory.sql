create table ad_domains (
  id text primary key references directories on delete cascade,
  base_dn text not null,
  use_case text not null,
  root_dn text not null,
  integration_group_dn text not null,
  user_container_dn text not null,
  group_container_dn text not null,
  upn_suffix text not null,
  behaviour jsonb not null,
  -- The container and the group by identity, once they were read: both may be renamed and moved.
  root_guid uuid,
  integration_group_guid uuid,
  -- Where the last complete read ended.
  cookie text,
  invocation_id text,
  highest_usn text,
  full_read_wanted boolean not null default true,
  -- A read that has begun and not ended: until it ends nothing is derived from the mirror.
  open_read_id text,
  open_read_full boolean not null default false,
  last_read_at timestamptz,
  last_full_read_at timestamptz,
  last_write_at timestamptz,
  import_epoch bigint not null default 0,
  import_agent_id text,
  import_lease_until timestamptz,
  sync_epoch bigint not null default 0,
  sync_agent_id text,
  sync_lease_until timestamptz,
  updated timestamptz not null
);

create table ad_agents (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  domain_id text not null references ad_domains on delete cascade,
  kind text not null check (kind in ('IMPORT', 'SYNC')),
  connect_key_hash text unique,
  connect_key_expires timestamptz,
  public_key text,
  paused boolean not null default false,
  hostname text,
  version text,
  source_ip text,
  contact_at timestamptz,
  directory_reachable boolean,
  directory_error text,
  created timestamptz not null
);
create index ad_agents_domain on ad_agents (domain_id);

-- The mirror: every object as last read. Objects out of scope are kept as GUIDs and edges only.
create table ad_objects (
  domain_id text not null references ad_domains on delete cascade,
  guid uuid not null,
  kind text not null check (kind in ('user', 'group', 'container', 'other')),
  parent_guid uuid,
  dn text,
  attributes jsonb,
  manager_guid uuid,
  unreadable text[],
  deleted boolean not null default false,
  -- Below the root container and in the integration group, when last derived: an exit is only what was in scope before.
  in_scope boolean not null default false,
  -- In scope, but the attributes are not here: the import agent is asked for them.
  wanted boolean not null default false,
  -- The last full read that saw the object.
  read_id text,
  dirty boolean not null default true,
  manager_pending boolean not null default false,
  primary key (domain_id, guid)
) with (fillfactor = 80);
create index ad_objects_dirty on ad_objects (domain_id, kind) where dirty;
create index ad_objects_manager on ad_objects (domain_id, manager_guid) where manager_guid is not null;
create index ad_objects_manager_pending on ad_objects (domain_id) where manager_pending;
create index ad_objects_wanted on ad_objects (domain_id) where wanted;
create index ad_objects_container on ad_objects (domain_id, parent_guid) where kind = 'container';

create table ad_edges (
  domain_id text not null references ad_domains on delete cascade,
  group_guid uuid not null,
  member_guid uuid not null,
  primary key (domain_id, group_guid, member_guid)
);
create index ad_edges_member on ad_edges (domain_id, member_guid, group_guid);

-- Objects that are left out and conflicts, with the reason.
create table ad_problems (
  domain_id text not null references ad_domains on delete cascade,
  guid uuid not null,
  code text not null,
  name text not null,
  detail text not null,
  user_id text,
  group_id text,
  since timestamptz not null,
  primary key (domain_id, guid, code)
);
