// The HTTP side of a measurement of SCIM, for the hub and for its peers alike, as a process of its own. Takes a job as JSON, prints the result
// as JSON. Users are `person-1`, `person-2` … under the ids of `idOfPerson`, whoever serves them.
import { randomBytes } from 'node:crypto'
import { idOfPerson } from '../tests/support/many-users.ts'
import { type Drive, driveHttp } from './http-drive.ts'
import { entraPatch, scimUserOf } from './scim-subjects.ts'

/** What is asked for. */
export type ScimRequestKind =
  | 'create'
  | 'read'
  | 'userName eq'
  | 'userName eq, of nobody'
  | 'emails.value eq'
  | 'emails[type eq "work"].value eq'
  | 'page of 100'
  | 'PATCH of three operations'
  | 'member add'
  | 'group without members'
  | 'mixed'

/** What to send, through how many connections, for how long. */
export interface ScimJob extends Drive {
  readonly tokens: readonly string[]
  readonly request: ScimRequestKind
  /** How many users there are. */
  readonly users: number
  /** For groups: which. */
  readonly groupId?: string
  /** For `member add` and `mixed`: the numbers of the users who come into the group, each once. */
  readonly newcomers?: { readonly first: number; readonly count: number }
}

const pageSize = 100
/** Of a hundred requests of many clients at once: mostly questions whether somebody is there, as clients ask before each change. */
const mixture: readonly (readonly [number, ScimRequestKind])[] = [
  [40, 'userName eq'],
  [25, 'read'],
  [20, 'PATCH of three operations'],
  [10, 'create'],
  [5, 'member add'],
]

function requestMaker(job: ScimJob): () => string {
  const run = randomBytes(4).toString('hex')
  let count = 0
  const request = (method: string, path: string, body?: object): string => {
    const token = job.tokens[count % job.tokens.length] ?? ''
    const common = `${method} /scim/v2${path} HTTP/1.1\r\nhost: 127.0.0.1:${job.port}\r\nauthorization: Bearer ${token}\r\n`
    if (body === undefined) return `${common}\r\n`
    const text = JSON.stringify(body)
    return `${common}content-type: application/scim+json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
  }
  const anybody = (): number => 1 + Math.floor(Math.random() * job.users)
  const filter = (text: string): string => request('GET', `/Users?filter=${encodeURIComponent(text)}`)
  let newcomer = 0
  const makers: Readonly<Record<ScimRequestKind, () => string>> = {
    create: () => request('POST', '/Users', scimUserOf(`new-${run}-${count}`)),
    read: () => request('GET', `/Users/${idOfPerson(anybody())}`),
    'userName eq': () => filter(`userName eq "person-${anybody()}"`),
    'userName eq, of nobody': () => filter(`userName eq "nobody-${anybody()}"`),
    'emails.value eq': () => filter(`emails.value eq "person-${anybody()}@example.com"`),
    'emails[type eq "work"].value eq': () =>
      filter(`emails[type eq "work"].value eq "person-${anybody()}@example.com"`),
    'page of 100': () => {
      const page = Math.floor(Math.random() * Math.floor(job.users / pageSize))
      return request('GET', `/Users?startIndex=${page * pageSize + 1}&count=${pageSize}`)
    },
    'PATCH of three operations': () => {
      const number = anybody()
      return request('PATCH', `/Users/${idOfPerson(number)}`, entraPatch(`person-${number}`, `${run}-${count}`))
    },
    'member add': () => {
      const { first, count: most } = job.newcomers ?? { first: 1, count: 1 }
      const value = idOfPerson(first + (newcomer % most))
      newcomer += 1
      return request('PATCH', `/Groups/${job.groupId}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'Add', path: 'members', value: [{ value }] }],
      })
    },
    'group without members': () => request('GET', `/Groups/${job.groupId}?excludedAttributes=members`),
    mixed: () => {
      let place = Math.random() * 100
      const [, kind] = mixture.find(([share]) => (place -= share) < 0) ?? [0, 'read' as const]
      return makers[kind]()
    },
  }
  return () => {
    count += 1
    return makers[job.request]()
  }
}

const job = JSON.parse(process.argv[2] ?? '') as ScimJob
console.log(JSON.stringify(await driveHttp(job, requestMaker(job))))
