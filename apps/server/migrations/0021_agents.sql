-- Whether agents of the kind were at work when last looked: unknown until the first one was.
alter table ad_domains add column import_live boolean, add column sync_live boolean;

-- Somebody looks at the agent's log until then; nobody after it.
alter table ad_agents add column log_wanted_until timestamptz;

-- The last lines of agents whose log somebody looked at; an agent that starts anew is another run and counts from 0. What is old is removed
-- by the clock, and of each agent only the last few hundred lines are kept.
create table ad_agent_log_lines (
  id bigint generated always as identity primary key,
  agent_id text not null references ad_agents on delete cascade,
  run_id text not null,
  number integer not null check (number >= 0),
  at timestamptz not null,
  level text not null check (level in ('info', 'warn', 'error')),
  message text not null,
  fields jsonb not null,
  received timestamptz not null,
  unique (agent_id, run_id, number)
);
-- The lines of an agent after the one that was shown last.
create index ad_agent_log_lines_agent on ad_agent_log_lines (agent_id, id);
-- What is old enough to be removed.
create index ad_agent_log_lines_received on ad_agent_log_lines (received);
