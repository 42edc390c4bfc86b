alter table ad_domains
  -- Root containers beside the first one, in the order in which they were named: {"dn": text, "guid": uuid or null}.
  add column further_roots jsonb not null default '[]',
  -- The group that gives sudo, once it was seen.
  add column admin_group_guid uuid,
  -- What translation rules read, beside what the settings say.
  add column rule_attributes text[] not null default '{}',
  -- More is read than before: until a complete read has brought it, what is missing says nothing, and nothing is derived.
  add column awaits_full_read boolean not null default false,
  -- Traces of Microsoft Entra Connect that the latest complete read and those after it saw.
  add column entra_signs jsonb;

update ad_domains set behaviour = jsonb_build_object('excludedFields', '[]'::jsonb, 'takeoverBy', 'username',
    'defaultState', 'organization', 'passwordAuthority', 'configuration', 'delegatedAuthority', 'configuration',
    'adminGroup', 'JumpCloud Admins', 'fieldAuthority', '{}'::jsonb) || behaviour,
  rule_attributes = coalesce((select array_agg(distinct source order by source) from translation_rules
    where directory_id = ad_domains.id and direction = 'IMPORT' and source_type = 'PATH'), '{}'),
  -- More is read from now on.
  full_read_wanted = true;

-- What administrators decided on objects that clash with users or groups of the hub.
create table ad_resolutions (
  domain_id text not null references ad_domains on delete cascade,
  guid uuid not null,
  action text not null check (action in ('merge', 'rename', 'ignore')),
  -- The object's name when it was decided on.
  name text not null,
  -- With whom it is merged.
  user_id text references users on delete cascade,
  group_id text references groups on delete cascade,
  -- What it is called instead.
  username text,
  email text,
  group_name text,
  created timestamptz not null,
  primary key (domain_id, guid)
);
create index ad_resolutions_user on ad_resolutions (user_id) where user_id is not null;
create index ad_resolutions_group on ad_resolutions (group_id) where group_id is not null;

-- Groups are few among the objects of a domain: those of a name, and the privileged ones, are looked up whenever something is derived.
create index ad_objects_groups on ad_objects (domain_id) where kind = 'group';
