-- What administrators declare beyond the protocol's own schemas: attributes of users and groups, and types of resources. Values of users and
-- groups are kept with what clients keep of them (`further`); resources of declared types have a table. Every attribute that is declared
-- unique gets an index of its own when it is declared, called custom_unique_….

create table custom_schemas (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  urn text not null,
  name text not null,
  description text not null,
  -- The hub's own types that it extends; none for a schema of declared types.
  extends text[] not null check (extends <@ array['User', 'Group']),
  attributes jsonb not null,
  -- Declared in the file that the hub reads at its start.
  from_file boolean not null,
  created timestamptz not null,
  updated timestamptz not null
);
create unique index custom_schemas_urn on custom_schemas (lower(urn));

create table custom_types (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  name text not null,
  endpoint text not null,
  description text not null,
  schema_urn text not null,
  -- [{schema, required}]
  extensions jsonb not null,
  from_file boolean not null,
  created timestamptz not null,
  updated timestamptz not null
);
create unique index custom_types_name on custom_types (lower(name));
create unique index custom_types_endpoint on custom_types (lower(endpoint));

create table custom_resources (
  id text primary key check (id ~ '^[0-9a-f]{24}$'),
  type_id text not null references custom_types on delete restrict,
  -- By integration.
  external_ids jsonb not null,
  content jsonb not null,
  -- The integration that made it.
  made_by text,
  revision bigint not null,
  created timestamptz not null,
  updated timestamptz not null
);
-- Pages, and the number of a type's resources.
create index custom_resources_page on custom_resources (type_id, id);
-- Clients look for what they made by their own id.
create index custom_resources_external_ids on custom_resources using gin (external_ids jsonb_path_ops) with (fastupdate = off);
