// What must hold of everything that is stored and what no constraint of the database says.
import type { Queryable } from '../../apps/server/src/platform/db/database.ts'

const violations: Readonly<Record<string, string>> = {
  'a binding of nobody': `select subject_id from bindings
    where (subject_kind = 'user' and not exists (select from users where id = subject_id))
      or (subject_kind = 'group' and not exists (select from groups where id = subject_id))`,
  'an account of nobody that is not marked so': `select user_id from accounts
    where not user_deleted and not exists (select from users where id = user_id)`,
  'a wanted account of a deleted user': 'select user_id from accounts where user_deleted and wanted',
  'a user without a name': `select id from users where trim(username) = '' or trim(email) = ''`,
  'fields of a user that are no object': `select id from users where jsonb_typeof(attributes) <> 'object'`,
  'a user who manages themselves': 'select id from users where manager_id = id',
  'a home directory that is gone': `select id from users where home_directory_id is not null
    and not exists (select from directories where directories.id = home_directory_id)`,
  'an administrator of no role': `select id from administrators
    where role not in ('administrator_with_billing', 'administrator', 'manager', 'help_desk', 'read_only')`,
  'an enrolled agent without a key': 'select id from ad_agents where connect_key_hash is null and public_key is null',
  'a user with a control character': String.raw`select id from users where username || email ~ '[\x01-\x08]'`,
  'a membership that leaves although no directory is told': `select user_id from group_members as member
    where removing and not exists (select from group_member_deliveries as delivery
      where delivery.group_id = member.group_id and delivery.user_id = member.user_id and delivery.removing)`,
  'an addition of nobody who is a member': `select user_id from group_member_deliveries as delivery
    where not removing and not exists (select from group_members as member where member.group_id = delivery.group_id
      and member.user_id = delivery.user_id and member.origin <> 'nested' and not member.removing)`,
  'an association of nobody or with nothing': `select subject_id from associations
    where not exists (select from users where id = subject_id union all select from groups where id = subject_id)
      or not exists (select from systems where id = target_id union all select from system_groups where id = target_id
        union all select from applications where id = target_id)`,
  'a membership by a rule in a group without one': `select group_id from group_members join groups on groups.id = group_id
    left join group_rule_progress as progress using (group_id)
    where origin = 'rule' and membership_method <> 'DYNAMIC_AUTOMATED' and rule_revision = progress.applied_revision`,
  'a user without a journal row': `select id from users
    where not exists (select from journal where subject_id = users.id and action = 'user.create')`,
  'a group without a journal row': `select id from groups
    where not exists (select from journal where subject_id = groups.id and action = 'group.create')`,
}

/** What is violated, with the first ids. */
export async function invariantFaults(db: Queryable): Promise<readonly string[]> {
  const faults: string[] = []
  for (const [name, text] of Object.entries(violations)) {
    const rows = await db.query<Record<string, string>>({ text: `${text} limit 5` })
    if (rows.length > 0) faults.push(`${name}: ${rows.map((row) => Object.values(row)[0]).join(', ')}`)
  }
  return faults
}
