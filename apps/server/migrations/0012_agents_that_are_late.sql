-- Requests of agents, remembered for as long as their time is accepted: one that was recorded on its way is not answered twice.
create table ad_agent_requests (
  agent_id text not null references ad_agents on delete cascade,
  nonce text not null,
  expires timestamptz not null,
  primary key (agent_id, nonce)
);
-- Each request of an agent removes some that are not accepted any more anyway.
create index ad_agent_requests_expired on ad_agent_requests (agent_id, expires);

-- The name under which a group was first asked for, and since when: until the directory is known to have it, every try asks for the same.
alter table group_accounts add column creating_since timestamptz;
alter table group_accounts add column asked_name text;
create index group_accounts_asked on group_accounts (directory_id, lower(asked_name)) where asked_name is not null;

-- What one directory has still to be told of a membership: an addition or a removal. A row goes when an agent reported it.
create table group_member_deliveries (
  directory_id text not null,
  group_id text not null,
  user_id text not null references users on delete cascade,
  removing boolean not null,
  -- Handed out at least once: the directory may have it although nobody reported it.
  asked boolean not null default false,
  leased_by text,
  leased_until timestamptz,
  error jsonb,
  retry_at timestamptz,
  attempts integer not null default 0,
  primary key (directory_id, group_id, user_id),
  foreign key (directory_id, group_id) references group_accounts on delete cascade
);
-- Whether a membership waits anywhere, and what waits for a group that goes.
create index group_member_deliveries_member on group_member_deliveries (group_id, user_id);
create index group_member_deliveries_user on group_member_deliveries (user_id);

insert into group_member_deliveries (directory_id, group_id, user_id, removing, asked, error, retry_at, attempts)
select distinct on (tied.directory_id, member.group_id, member.user_id) tied.directory_id, member.group_id, member.user_id,
  member.removing, true, member.error, member.retry_at, member.attempts
from group_members as member join group_accounts as tied using (group_id)
where member.pending
order by tied.directory_id, member.group_id, member.user_id, member.removing;
-- Nobody could ever be told of these.
delete from group_members as member where removing
  and not exists (select from group_member_deliveries as delivery
    where delivery.group_id = member.group_id and delivery.user_id = member.user_id and delivery.removing);

drop index group_members_pending;
alter table group_members drop column pending, drop column error, drop column retry_at, drop column attempts;

-- Whoever adds a member here: every directory that has the group is to have the member too.
create function group_members_tell() returns trigger language plpgsql as $$
begin
  if not exists (select from made where made.origin in ('hub', 'rule') and not made.removing) then return null; end if;
  insert into group_member_deliveries (directory_id, group_id, user_id, removing)
  select distinct tied.directory_id, made.group_id, made.user_id, false
  from made join group_accounts as tied using (group_id)
  where made.origin in ('hub', 'rule') and not made.removing
  on conflict (directory_id, group_id, user_id) do update
    set removing = false, leased_by = null, leased_until = null, error = null, retry_at = null, attempts = 0;
  return null;
end $$;
create trigger group_members_tell after insert on group_members
  referencing new table as made for each statement execute function group_members_tell();

-- A membership that is leaving goes when no directory has to be told any more. The rows are locked first, so that of two agents that report
-- the last two at once one sees what the other did.
create function group_member_deliveries_end() returns trigger language plpgsql as $$
begin
  -- Triggers of statements fire for no rows too, and this one and the next cause each other's.
  if not exists (select from gone where gone.removing) then return null; end if;
  perform from gone join group_members as member using (group_id, user_id)
  where gone.removing and member.removing
  order by member.group_id, member.user_id, member.origin for update of member;
  delete from group_members as member using gone
  where gone.removing and member.removing and member.group_id = gone.group_id and member.user_id = gone.user_id
    and not exists (select from group_member_deliveries as delivery
      where delivery.group_id = gone.group_id and delivery.user_id = gone.user_id and delivery.removing);
  return null;
end $$;
create trigger group_member_deliveries_end after delete on group_member_deliveries
  referencing old table as gone for each statement execute function group_member_deliveries_end();

-- Of a user who is not a member any more no directory is told that it is one.
create function group_members_end() returns trigger language plpgsql as $$
begin
  if not exists (select from gone) then return null; end if;
  delete from group_member_deliveries as delivery using gone
  where not delivery.removing and delivery.group_id = gone.group_id and delivery.user_id = gone.user_id
    and not exists (select from group_members as member
      where member.group_id = gone.group_id and member.user_id = gone.user_id
        and member.origin <> 'nested' and not member.removing);
  return null;
end $$;
create trigger group_members_end after delete on group_members
  referencing old table as gone for each statement execute function group_members_end();
