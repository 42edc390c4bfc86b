-- How often reads said anything of a group's members: what an agent reports late is older than a read that came since it was given the work.
alter table ad_objects add column members_read bigint not null default 0;

-- A comparison that was missed is made up for, but not one of before its hour was chosen.
alter table ad_comparison_schedules add column chosen timestamptz not null default now();

-- Where the accounts of users are made, by rule, and whether existing ones follow.
alter table ad_domains add column container_rules jsonb not null default '[]', add column moves_accounts boolean not null default false;
