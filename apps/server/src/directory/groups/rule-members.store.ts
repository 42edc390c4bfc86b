// Rules of dynamic groups in SQL: which users' places in groups are not what the rules say, and the writes that make them so.
import { type RawBuilder, sql } from 'kysely'
import { compileCondition, compose, type Condition, type FieldColumn } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { Group } from './group.rules.ts'
import type { RuleFacts } from './rule-members.rules.ts'

/** A group whose rule is looked at, with the rule as a condition. */
export interface RuleInSql {
  readonly group: Group
  readonly condition: Condition
}

interface MemberKey {
  readonly groupId: string
  readonly userId: string
}

const typedColumns: Readonly<Record<string, FieldColumn>> = {
  username: { expression: sql`users.username`, type: 'text' },
  email: { expression: sql`users.email`, type: 'text' },
  displayname: { expression: sql`users.display_name`, type: 'text' },
  employeeIdentifier: { expression: sql`coalesce(users.employee_id, '')`, type: 'text' },
  manager: { expression: sql`coalesce(users.manager_id, '')`, type: 'text' },
  userState: { expression: sql`users.state`, type: 'text' },
  activated: { expression: sql`users.activated`, type: 'boolean' },
  account_locked: { expression: sql`users.account_locked`, type: 'boolean' },
  created: { expression: sql`users.created`, type: 'timestamp' },
}
const switches = new Set(['totp_enabled', 'password_never_expires', 'ldap_binding_user', 'sudo'])

/** The column of a field in a rule. What has no value is empty text, so that "is not" holds for it. */
export function columnOf(given: string): FieldColumn {
  const isFolded = given.startsWith('fold:')
  const name = isFolded ? given.slice('fold:'.length) : given
  const column = Object.hasOwn(typedColumns, name) ? typedColumns[name] : storedColumn(name)
  const { expression, type } = column ?? storedColumn(name)
  return { expression, type: isFolded ? 'folded' : type }
}

function storedColumn(name: string): FieldColumn {
  if (switches.has(name))
    return { expression: sql`coalesce((users.attributes ->> ${name}::text)::boolean, false)`, type: 'boolean' }
  if (!name.startsWith('attributes.'))
    return { expression: sql`coalesce(users.attributes ->> ${name}::text, '')`, type: 'text' }
  const custom = name.slice('attributes.'.length)
  return {
    expression: sql`coalesce((select item ->> 'value' from jsonb_path_query(users.attributes -> 'attributes', '$[*]') as item
      where item ->> 'name' = ${custom} limit 1), '')`,
    type: 'text',
  }
}

/** A rule as a condition on `users`. */
function ruleInSql(condition: Condition): RawBuilder<unknown> {
  return sql`coalesce(${compileCondition(condition, columnOf)}, false)`
}

/** What the rules say of some users and what is stored of them, a row for each user and group. */
export async function listFactsOfUsers(
  db: Queryable,
  rules: readonly RuleInSql[],
  userIds: readonly string[],
): Promise<readonly RuleFacts[]> {
  if (rules.length === 0 || userIds.length === 0) return []
  // One pass over the users for all rules: a query for each rule would cost more to plan than to run.
  const named = rules.map(({ group, condition }) => (isRuled(group) ? ruleInSql(condition) : sql`false`))
  const users = await db.query<{ userId: string; username: string; named: readonly boolean[] }>(
    compose(sql`select users.id as "userId", users.username, array[${sql.join(named)}]::boolean[] as named from users
      where users.id = any(${userIds}::text[]) order by users.id limit ${userIds.length}`),
  )
  const groupIds = rules.map(({ group }) => group.id)
  const places = await db.query<MemberKey & { origins: readonly string[]; suggestion: RuleFacts['suggestion'] }>({
    name: 'group-rules-places',
    text: `select place.group_id as "groupId", place.user_id as "userId", array_agg(place.origin) as origins,
        max(place.suggestion) as suggestion
      from (
        select group_id, user_id, origin, null as suggestion from group_members
        where user_id = any($1) and group_id = any($2) and not removing
        union all
        select group_id, user_id, null, op from group_suggestions where user_id = any($1) and group_id = any($2)
      ) as place
      group by place.group_id, place.user_id limit $3`,
    values: [userIds, groupIds, userIds.length * groupIds.length],
  })
  const placeOf = new Map(places.map((place) => [`${place.groupId} ${place.userId}`, place]))
  return users.flatMap(({ userId, username, named: isNamedBy }) =>
    rules.map(({ group }, index) => {
      const place = placeOf.get(`${group.id} ${userId}`)
      const has = (origin: string): boolean => place?.origins.includes(origin) === true
      return {
        groupId: group.id,
        userId,
        username,
        wanted: isNamedBy[index] === true,
        exempt: group.memberQueryExemptions.includes(userId),
        rule: has('rule'),
        hub: has('hub'),
        directory: has('directory'),
        nested: has('nested'),
        suggestion: place?.suggestion ?? null,
      }
    }),
  )
}

function isRuled({ membershipMethod }: Group): boolean {
  return membershipMethod === 'DYNAMIC_AUTOMATED' || membershipMethod === 'DYNAMIC_REVIEW_REQUIRED'
}

/** The next users after an id whose place in a group, or what is suggested about it, is not what the group's rule says. */
export async function listDifferences(
  db: Queryable,
  { group, condition }: RuleInSql,
  scope: { readonly after: string; readonly limit: number },
): Promise<readonly RuleFacts[]> {
  const isAutomated = group.membershipMethod === 'DYNAMIC_AUTOMATED'
  const isReviewed = group.membershipMethod === 'DYNAMIC_REVIEW_REQUIRED'
  const owned =
    isReviewed || group.homeDirectoryId === null
      ? sql`(subject.rule or subject.hub or subject.directory)`
      : sql`(subject.rule or subject.hub)`
  const suggested = isReviewed
    ? sql`case when subject.exempt then null
        when subject.wanted then case when ${owned} or subject.nested then null else 'add' end
        when ${owned} then 'remove' end`
    : sql`null::text`
  const misplaced = isAutomated
    ? sql`case when subject.exempt then subject.rule when subject.wanted then not subject.rule else ${owned} end`
    : sql`subject.rule`
  return db.query<RuleFacts>(
    compose(sql`select ${group.id}::text as "groupId", subject.* from (
        select users.id as "userId", users.username, ${isRuled(group) ? ruleInSql(condition) : sql`false`} as wanted,
          users.id = any(${group.memberQueryExemptions}::text[]) as exempt, coalesce(present.rule, false) as rule,
          coalesce(present.hub, false) as hub, coalesce(present.directory, false) as directory,
          coalesce(present.nested, false) as nested, suggestion.op as suggestion
        from users
          left join (
            select user_id, bool_or(origin = 'rule') as rule, bool_or(origin = 'hub') as hub,
              bool_or(origin = 'directory') as directory, bool_or(origin = 'nested') as nested
            from group_members where group_id = ${group.id} and user_id > ${scope.after} and not removing
            group by user_id
          ) as present on present.user_id = users.id
          left join group_suggestions as suggestion
            on suggestion.group_id = ${group.id} and suggestion.user_id = users.id
        where users.id > ${scope.after}
      ) as subject
      where ${misplaced} or subject.suggestion is distinct from ${suggested}
      order by subject."userId" limit ${scope.limit}`),
  )
}

/** True when the rule names the user. */
export async function isNamed(db: Queryable, condition: Condition, userId: string): Promise<boolean> {
  const rows = await db.query(compose(sql`select 1 from users where users.id = ${userId} and ${ruleInSql(condition)}`))
  return rows.length > 0
}

/** The users whom a rule names: the first of them by id, and how many they are. */
export async function preview(
  db: Queryable,
  condition: Condition,
  limit: number,
): Promise<{ readonly userIds: readonly string[]; readonly total: number }> {
  const where = ruleInSql(condition)
  const [row] = await db.query<{ userIds: readonly string[]; total: number }>(
    compose(sql`select array(select users.id from users where ${where} order by users.id limit ${limit}) as "userIds",
      (select count(*) from users where ${where}) as total`),
  )
  return row ?? { userIds: [], total: 0 }
}

/** The members of a group whom its rule would not keep: the first of them by id, and how many they are. */
export async function previewLeaving(
  db: Queryable,
  { group, condition }: RuleInSql,
  limit: number,
): Promise<{ readonly userIds: readonly string[]; readonly total: number }> {
  const kept = group.homeDirectoryId === null ? sql`present.nested` : sql`(present.nested or present.directory)`
  const [row] = await db.query<{ userIds: readonly string[]; total: number }>(
    compose(sql`with leaving as (
        select users.id from users
          join (
            select user_id, bool_or(origin = 'nested') as nested, bool_or(origin = 'directory') as directory
            from group_members where group_id = ${group.id} and not removing group by user_id
          ) as present on present.user_id = users.id
        where not ${kept} and users.id <> all(${group.memberQueryExemptions}::text[]) and not ${ruleInSql(condition)}
      )
      select array(select id from leaving order by id limit ${limit}) as "userIds", (select count(*) from leaving) as total`),
  )
  return row ?? { userIds: [], total: 0 }
}

/** One evaluation at a time: what another one is about to write could be older than the change that this one was called for. */
export async function lockRules(db: Queryable): Promise<void> {
  await db.execute({ name: 'group-rules-lock', text: 'select pg_advisory_xact_lock(4700203)' })
}

const keys = (rows: readonly MemberKey[]): readonly (readonly string[])[] => [
  rows.map((row) => row.groupId),
  rows.map((row) => row.userId),
]

/** Adds members by the rule, also those who are just leaving. Directories are told by what watches the table. */
export async function join(db: Queryable, rows: readonly MemberKey[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'group-rules-not-leaving',
    text: `delete from group_members as member using unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where member.group_id = input.group_id and member.user_id = input.user_id and member.removing`,
    values: keys(rows),
  })
  await db.execute({
    name: 'group-rules-join',
    text: `insert into group_members (group_id, user_id, origin)
      select input.group_id, users.id, 'rule'
      from unnest($1::text[], $2::text[]) as input(group_id, user_id) join users on users.id = input.user_id
      on conflict do nothing`,
    values: keys(rows),
  })
}

/** Ends what the hub and the rule made of memberships that a directory keeps. */
export async function leaveOwn(db: Queryable, rows: readonly MemberKey[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'group-rules-leave-own',
    text: `delete from group_members as member using unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where member.group_id = input.group_id and member.user_id = input.user_id and member.origin in ('hub', 'rule')
        and not member.removing`,
    values: keys(rows),
  })
}

/**
 * Ends memberships of all origins that are not derived, as membership.store's `leave` does for one user: directories that have a member, or may
 * have it, are told first, and the rows wait for that.
 */
export async function leaveAll(db: Queryable, rows: readonly MemberKey[]): Promise<void> {
  if (rows.length === 0) return
  const values = keys(rows)
  await db.query({
    name: 'group-rules-lock-deliveries',
    text: `select from unnest($1::text[], $2::text[]) as input(group_id, user_id)
        join group_member_deliveries as delivery using (group_id, user_id)
      order by delivery.directory_id, delivery.group_id, delivery.user_id for update of delivery`,
    values,
  })
  const told = await db.query<MemberKey>({
    name: 'group-rules-tell-leaving',
    text: `insert into group_member_deliveries (directory_id, group_id, user_id, removing, asked)
      select tied.directory_id, input.group_id, input.user_id, true, true
      from unnest($1::text[], $2::text[]) as input(group_id, user_id)
        join group_accounts as tied on tied.group_id = input.group_id
        join accounts on accounts.directory_id = tied.directory_id and accounts.user_id = input.user_id
        left join group_member_deliveries as waiting on waiting.directory_id = tied.directory_id
          and waiting.group_id = input.group_id and waiting.user_id = input.user_id
      where tied.external_id is not null and accounts.external_id is not null
        and (waiting.user_id is null or waiting.removing or waiting.asked)
      on conflict (directory_id, group_id, user_id) do update
        set removing = true, asked = true, leased_by = null, leased_until = null, error = null, retry_at = null, attempts = 0
      returning group_id as "groupId", user_id as "userId"`,
    values,
  })
  const nameOf = ({ groupId, userId }: MemberKey): string => `${groupId} ${userId}`
  const isTold = new Set(told.map(nameOf))
  await db.execute({
    name: 'group-rules-leave-at-once',
    text: `delete from group_members as member using unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where member.group_id = input.group_id and member.user_id = input.user_id and member.origin <> 'nested'`,
    values: keys(rows.filter((row) => !isTold.has(nameOf(row)))),
  })
  if (told.length === 0) return
  await db.execute({
    name: 'group-rules-leave',
    text: `update group_members as member set removing = true
      from unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where member.group_id = input.group_id and member.user_id = input.user_id and member.origin <> 'nested'`,
    values: keys(told),
  })
  await db.execute({
    name: 'group-rules-forget-additions',
    text: `delete from group_member_deliveries as delivery using unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where delivery.group_id = input.group_id and delivery.user_id = input.user_id and not delivery.removing`,
    values: keys(told),
  })
}

/** Members by a rule that does not decide about them any more become members of the hub's own making; directories need not be told. */
export async function keep(db: Queryable, rows: readonly MemberKey[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'group-rules-keep',
    text: `update group_members as member set origin = 'hub'
      from unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where member.group_id = input.group_id and member.user_id = input.user_id and member.origin = 'rule'
        and not exists (select from group_members as other
          where other.group_id = member.group_id and other.user_id = member.user_id and other.origin = 'hub')`,
    values: keys(rows),
  })
  await db.execute({
    name: 'group-rules-keep-once',
    text: `delete from group_members as member using unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where member.group_id = input.group_id and member.user_id = input.user_id and member.origin = 'rule'`,
    values: keys(rows),
  })
}

/** Makes, changes and forgets suggestions. */
export async function suggest(
  db: Queryable,
  rows: readonly (MemberKey & { readonly op: 'add' | 'remove' | null })[],
): Promise<void> {
  if (rows.length === 0) return
  const forgotten = rows.filter((row) => row.op === null)
  await db.execute({
    name: 'group-rules-forget-suggestions',
    text: `delete from group_suggestions as suggestion using unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where suggestion.group_id = input.group_id and suggestion.user_id = input.user_id`,
    values: [...keys(forgotten)],
  })
  const made = rows.filter((row) => row.op !== null)
  await db.execute({
    name: 'group-rules-suggest',
    text: `insert into group_suggestions (group_id, user_id, op)
      select input.group_id, users.id, input.op
      from unnest($1::text[], $2::text[], $3::text[]) as input(group_id, user_id, op) join users on users.id = input.user_id
      on conflict (group_id, user_id) do update set op = excluded.op`,
    values: [...keys(made), made.map((row) => row.op)],
  })
}
