import type { Database } from '../apps/server/src/platform/db/database.ts'

/** Whom to copy, and how often: a user of the domain's integration group whom the hub knows. */
interface CopiedUsers {
  readonly domainId: string
  /** The object's GUID. */
  readonly guid: string
  readonly username: string
  readonly count: number
  readonly containerDn: string
}

/**
 * Copies a user in mirror, memberships, users and accounts, each copy with names of its own (`u1`, `u2` …), as if a domain of so many had been
 * read: far sooner than any domain controller takes them.
 */
export async function copyUsers(database: Database, wanted: CopiedUsers): Promise<void> {
  const { domainId, guid: original, username, count, containerDn } = wanted
  const copy = (text: string): Promise<number> => database.execute({ text, values: [domainId, count, original] })
  const guid = `md5('object ' || n)::uuid`
  const id = `lpad(to_hex(n + 1000), 24, '0')`
  const dn = `'CN=u' || n || ',${containerDn}'`
  const names = (login: string, mail: string): string =>
    `jsonb_build_object('${login}', 'u' || n, '${mail}', 'u' || n || '@corp.example')`
  await copy(`insert into ad_objects (domain_id, guid, kind, parent_guid, dn, attributes, unreadable, in_scope, read_id, dirty)
    select domain_id, ${guid}, kind, parent_guid, ${dn}, attributes || ${names('sAMAccountName', 'mail')}, unreadable, true,
      read_id, false
    from ad_objects, generate_series(1, $2::integer) as n where domain_id = $1 and guid = $3`)
  await copy(`insert into ad_edges (domain_id, group_guid, member_guid)
    select domain_id, group_guid, ${guid} from ad_edges, generate_series(1, $2::integer) as n
    where domain_id = $1 and member_guid = $3`)
  const columns = await database.query<{ name: string }>({
    text: `select column_name as name from information_schema.columns where table_name = 'users' and is_generated = 'NEVER'
      and is_identity = 'NO' and column_name not in ('id', 'username', 'email', 'attributes')`,
  })
  const others = columns.map(({ name }) => name).join(', ')
  await database.execute({
    text: `insert into users (id, username, email, attributes, ${others})
      select ${id}, 'u' || n, 'u' || n || '@corp.example',
        jsonb_set(attributes - 'employeeIdentifier', '{external_dn}', to_jsonb(${dn})), ${others}
      from users, generate_series(1, $1::integer) as n where username = $2`,
    values: [count, username],
  })
  await copy(`insert into accounts (id, directory_id, user_id, external_id, external_name, made_by, wanted, agreed, enabled, created)
    select ${id}, directory_id, ${id}, ${guid}, ${dn}, made_by, wanted, agreed || ${names('username', 'email')}, enabled, created
    from accounts, generate_series(1, $2::integer) as n where directory_id = $1 and external_id = $3`)
  await database.execute({ text: 'update accounts set applied_revision = desired_revision' })
  await database.execute({ text: 'analyze' })
}
