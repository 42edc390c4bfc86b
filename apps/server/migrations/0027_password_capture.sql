-- What was last handed in of an object's password, or found to be the hub's own: only what is newer is taken. Both numbers are 100 ns steps
-- since 1601, the second as the domain shows it (0: another one must be chosen).
create table ad_captures (
  domain_id text not null references ad_domains on delete cascade,
  guid uuid not null,
  revision bigint not null check (revision > 0),
  pwd_last_set bigint not null check (pwd_last_set >= 0),
  -- `nothing`: it could not be had by the ways that were allowed.
  outcome text not null check (outcome in ('taken', 'own', 'nothing')),
  ways text not null,
  at timestamptz not null,
  primary key (domain_id, guid)
);

update ad_domains set behaviour = '{"passwordCapture": []}'::jsonb || behaviour;
