// Which answer a documented operation has in a hub that does not have its subject.
import { parseShape, readReference, type Reference, referenceVersions, type Shape } from './reference.ts'

/**
 * Method, path, and what a read answers: the empty list as JSON, `unserved` for a subject of the hub, `missing` for what
 * is never there, whatever is done to it; without it, nothing is found.
 */
export type OutsideOperation = readonly [method: string, path: string, answer?: string]

/**
 * Subjects of the hub. What their families document and no route serves is refused: an empty list would say that there is nothing,
 * which only a subject that the hub does not have can say.
 */
const ownFamilies = new Set([
  'v1 systemusers',
  'v1 systems',
  'v1 search',
  'v1 organizations',
  'v1 users',
  'v2 users',
  'v2 usergroups',
  'v2 systemgroups',
  'v2 systems',
  'v2 groups',
  'v2 activedirectories',
  'v2 directories',
  'v2 bulk',
  'v2 administrators',
  'v2 organizations',
  'v2 roles',
  'v2 scope-groups',
  'v2 service-accounts',
  'v2 passwordpolicies',
])

/**
 * Operations on something below an object, which is never there: nobody registers for push notifications here, and no application has the
 * import from a service of its own that would answer them. JumpCloud's descriptions say `Not found` for the latter.
 */
const neverThere = /\/users\/\{\w+\}\/pushendpoints\/|\/applications\/\{\w+\}\/import\//

/** Every documented operation in order, for a hub that serves none of them. */
export function outsideOperations(): readonly OutsideOperation[] {
  return referenceVersions.flatMap((version) => {
    const reference = readReference(version)
    return Object.keys(reference.operations).map((name): OutsideOperation => {
      const [method = '', path = ''] = name.split(' ')
      const family = `${version} ${path.split('/')[version === 'v1' ? 2 : 3]}`
      if (neverThere.test(path)) return [method, path, 'missing']
      if (method === 'GET' && ownFamilies.has(family)) return [method, path, 'unserved']
      const isRead = method === 'GET' || path.startsWith('/api/search/')
      const empty = isRead ? emptyAnswer(reference, name) : undefined
      return empty === undefined ? [method, path] : [method, path, JSON.stringify(empty)]
    })
  })
}

const counter = /count|total|cursor|token|page|skip|limit|session_?id|top$|last|next|offset|size|more/i

/** What the operation answers when there is nothing; undefined for what is no list. */
function emptyAnswer(reference: Reference, name: string): unknown {
  const replies = reference.operations[name]?.replies ?? {}
  const [, text = ''] = Object.entries(replies).find(([status]) => status.startsWith('2')) ?? []
  const shape = parseShape(text)
  if (shape.kind === 'array') return []
  if (name.endsWith('}') || shape.kind !== 'named') return undefined
  const properties = Object.entries(reference.schemas[shape.name] ?? {}).map(([key, value]) => ({
    key: key.replace(/!$/, ''),
    shape: withoutNull(parseShape(value)),
  }))
  const lists = properties.filter((property) => property.shape.kind === 'array')
  const others = properties.filter((property) => property.shape.kind !== 'array')
  if (lists.length === 0 || !others.every(({ key, shape: other }) => counter.test(key) && isPlain(other)))
    return undefined
  return Object.fromEntries(
    // `totalCount` stands before `results` on the wire, and scripts rely on it.
    [...others, ...lists].flatMap(({ key, shape: value }): [string, unknown][] => {
      if (value.kind === 'array') return [[key, []]]
      return value.kind === 'string' || value.kind === 'format' ? [] : [[key, value.kind === 'boolean' ? false : 0]]
    }),
  )
}

function withoutNull(shape: Shape): Shape {
  if (shape.kind !== 'union') return shape
  const members = shape.members.filter(({ kind }) => kind !== 'null')
  return members.length === 1 && members[0] !== undefined ? members[0] : shape
}

function isPlain({ kind }: Shape): boolean {
  return ['integer', 'number', 'string', 'format', 'boolean'].includes(kind)
}
