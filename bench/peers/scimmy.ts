// SCIMMY with its routers on express, over a store in memory with indexes: what the library does when a store costs nothing. Pages are cut
// before the library renders, which does the same more slowly. Arguments: how many users there are, and the token. Prints its port.
import type { AddressInfo } from 'node:net'
import express from 'express'
import SCIMMY, { type Filter } from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'
import { idOfPerson } from '../../tests/support/many-users.ts'
import { scimUserOf } from '../scim-subjects.ts'

interface Kept extends Record<string, unknown> {
  readonly id: string
  readonly userName: string
  readonly emails?: readonly { readonly value: string }[]
}

const users = new Map<string, Kept>()
const byName = new Map<string, Kept>()
const byEmail = new Map<string, Kept>()
const order: string[] = []
let created = 0

function keep(user: Kept): Kept {
  if (!users.has(user.id)) order.push(user.id)
  users.set(user.id, user)
  byName.set(user.userName.toLowerCase(), user)
  for (const { value } of user.emails ?? []) byEmail.set(value.toLowerCase(), user)
  return user
}

/** The users of a filter; of those that no index answers, all are looked at. */
function find(filter: Filter): readonly Kept[] {
  const only = filter.length === 1 ? filter[0] : undefined
  const [name, email] = [only?.userName, only?.emails?.value]
  const indexed = (index: ReadonlyMap<string, Kept>, [operator, value]: readonly [string, string]) =>
    operator === 'eq' ? [index.get(value.toLowerCase())].filter((user) => user !== undefined) : undefined
  const few = name ? indexed(byName, name) : email ? indexed(byEmail, email) : undefined
  return filter.match(few ?? [...users.values()])
}

SCIMMY.Resources.declare(SCIMMY.Resources.User)
  .ingress((resource, sent) => {
    const now = new Date().toISOString()
    const before = resource.id === undefined ? undefined : users.get(resource.id)
    if (resource.id !== undefined && before === undefined) throw new SCIMMY.Types.Error(404, null, 'Not found')
    const taken = byName.get(String(sent['userName']).toLowerCase())
    if (taken !== undefined && taken.id !== resource.id) throw new SCIMMY.Types.Error(409, 'uniqueness', 'Taken')
    const id = resource.id ?? `made-${(created += 1)}`
    const meta = { created: (before?.['meta'] as { created?: string } | undefined)?.created ?? now, lastModified: now }
    return keep({ ...(JSON.parse(JSON.stringify(sent)) as Kept), id, meta })
  })
  .egress((resource) => {
    if (resource.id !== undefined) {
      const user = users.get(resource.id)
      if (user === undefined) throw new SCIMMY.Types.Error(404, null, 'Not found')
      return user
    }
    if (resource.filter !== undefined) return [...find(resource.filter)]
    const { startIndex = 1, count = 100 } = resource.constraints ?? {}
    resource.constraints = { startIndex, count, totalResults: order.length }
    return order.slice(startIndex - 1, startIndex - 1 + count).map((id) => users.get(id))
  })
  .degress(() => undefined)

const [count = '0', token = ''] = process.argv.slice(2)
const loaded = new Date().toISOString()
for (let number = 1; number <= Number(count); number += 1)
  keep({ ...scimUserOf(`person-${number}`), id: idOfPerson(number), meta: { created: loaded, lastModified: loaded } })

const app = express()
app.use(
  '/scim/v2',
  new SCIMMYRouters({
    type: 'bearer',
    handler: (request) => {
      if (request.header('Authorization') !== `Bearer ${token}`) throw new Error('Unknown token')
      return 'bench'
    },
  }),
)
const server = app.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.once('SIGTERM', () => process.exit(0))
