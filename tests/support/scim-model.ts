// Users and groups as RFC 7643 and 7644 have them, in memory: what the hub is compared with. Everything here is plain and slow.
import { enterprise, groupUrn, userUrn } from './scim-client.ts'
import {
  type Element,
  listNames,
  listSent,
  patchedUser,
  Refused,
  type Shape,
  type UserOperation,
} from './scim-model-patch.ts'

export type Kind = 'Users' | 'Groups'

/** A client with what matters of its integration. */
export interface ModelClient {
  readonly name: string
  /** Nobody else may change what it made. */
  readonly isJealous: boolean
}

/** What clients said of a resource; groups keep their members' ids. */
interface Held {
  readonly kind: Kind
  readonly id: string
  readonly madeBy: ModelClient
  readonly shape: Shape
  readonly externalIds: Readonly<Record<string, string>>
  readonly members: ReadonlySet<string>
  /** As the hub told it last; undefined until it is told again, because something else changed the resource. */
  readonly version: string | undefined
  readonly gone: boolean
}

interface MemberOperation {
  readonly verb: 'add' | 'replace' | 'remove'
  /** Absent: all of them. */
  readonly ids?: readonly string[]
}

export type GroupOperation = { readonly name: string } | { readonly members: MemberOperation }

/** A resource as a client sends it whole. */
export interface Sent {
  readonly shape: Shape
  readonly externalId?: string
  readonly members?: readonly string[]
}

export interface Model {
  /** Every resource of a kind that was ever made, in the order of making. */
  all(kind: Kind): readonly string[]
  version(id: string): string | undefined
  /** Refuses as the hub has to, without anything being kept: what it is to be is kept with `keep`. */
  created(client: ModelClient, kind: Kind, sent: Sent): Held
  replaced(client: ModelClient, id: string, sent: Sent): Held
  patched(
    client: ModelClient,
    id: string,
    operations: { readonly user?: readonly UserOperation[]; readonly group?: readonly GroupOperation[] },
  ): Held
  /** Throws 404. */
  found(id: string): Held
  requireOwn(client: ModelClient, held: Held): void
  /** Keeps a resource under its id; answers whether it is another one now. */
  keep(held: Held, id: string): boolean
  remove(id: string): void
  /** Gives a resource the id and the version that the hub answered, wherever it is named. */
  settle(id: string, told: { readonly id: string; readonly version: string | undefined }): void
  /** The resource as a client sees it, without `meta`. */
  shown(client: ModelClient, id: string): Shape
  /** The ids of those that are there, in their order. */
  present(kind: Kind): readonly string[]
}

function lower(value: unknown): string {
  return String(value).toLowerCase()
}

function plainly(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plainly).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${key}:${plainly(part)}`).join()}}`
}

/** The address that a user is known by: the primary one, else that of work, else the first. */
function addressOf(shape: Shape): string {
  const emails = ((shape['emails'] ?? []) as readonly Element[]).filter((one) => typeof one['value'] === 'string')
  const chosen =
    emails.find((one) => one['primary'] === true) ?? emails.find((one) => one['type'] === 'work') ?? emails[0]
  if (chosen === undefined) throw new Refused(400, 'invalidValue')
  return lower(chosen['value'])
}

function requireOwn(client: ModelClient, { madeBy }: Held): void {
  if (madeBy !== client && madeBy.isJealous) throw new Refused(403)
}

/** A user has an address, and is not their own manager. */
function requireWhole({ id, shape }: Held): void {
  addressOf(shape)
  const manager = (shape[enterprise] as Shape | undefined)?.['manager'] as Shape | undefined
  if (id !== '' && manager?.['value'] === id) throw new Refused(400, 'invalidValue')
}

function requireUnique(next: Held, others: readonly Held[]): void {
  const number = (shape: Shape): unknown => (shape[enterprise] as Shape | undefined)?.['employeeNumber']
  const keys =
    next.kind === 'Users'
      ? [(shape: Shape) => shape['userName'], addressOf, number]
      : [(shape: Shape) => shape['displayName']]
  for (const keyOf of keys) {
    const own = keyOf(next.shape)
    if (own !== undefined && others.some(({ shape }) => lower(keyOf(shape)) === lower(own)))
      throw new Refused(409, 'uniqueness')
  }
}

function withOuter(client: ModelClient, was: Held['externalIds'], externalId: string | undefined): Held['externalIds'] {
  const { [client.name]: _own, ...others } = was
  return externalId === undefined ? others : { ...others, [client.name]: externalId }
}

/** The resource with another id wherever one is named. */
function renamed(one: Held, id: string, toldId: string): Held {
  const text = JSON.stringify({ shape: one.shape, members: [...one.members] })
  const { shape, members } = JSON.parse(text.replaceAll(JSON.stringify(id), JSON.stringify(toldId))) as {
    readonly shape: Shape
    readonly members: readonly string[]
  }
  return { ...one, shape, members: new Set(members) }
}

/** The resource without a user who is gone; its version is another one then, which is not known yet. */
function withoutUser(one: Held, id: string): Held {
  if (one.members.has(id))
    return { ...one, members: new Set([...one.members].filter((own) => own !== id)), version: undefined }
  const { [enterprise]: extension, ...rest } = one.shape
  const { manager, ...others } = (extension ?? {}) as { readonly manager?: Element }
  if (manager?.['value'] !== id) return one
  const shape = Object.keys(others).length === 0 ? rest : { ...rest, [enterprise]: others }
  return { ...one, shape, version: undefined }
}

function changed(
  was: Held,
  client: ModelClient,
  { user = [], group = [] }: Parameters<Model['patched']>[2],
  known: (ids: readonly string[]) => ReadonlySet<string>,
): Held {
  let shape = withExternal(was.shape, was.externalIds[client.name])
  let { members } = was
  for (const operation of user) shape = patchedUser(shape, operation)
  for (const operation of group)
    if ('name' in operation) shape = { ...shape, displayName: operation.name }
    else members = membersAfter(members, operation.members, known)
  const { externalId, ...rest } = shape
  const externalIds = withOuter(client, was.externalIds, externalId as string | undefined)
  // Nobody is neither active nor inactive: without a word of it in the end, it stays as it was.
  const active = was.kind === 'Users' ? { active: rest['active'] ?? was.shape['active'] } : {}
  return { ...was, shape: { ...rest, ...active }, externalIds, members }
}

export function createModel(): Model {
  const held = new Map<string, Held>()
  const there = (kind: Kind): readonly Held[] => [...held.values()].filter((one) => one.kind === kind && !one.gone)
  const found: Model['found'] = (id) => {
    const one = held.get(id)
    if (one === undefined || one.gone) throw new Refused(404)
    return one
  }
  const checked = (client: ModelClient, next: Held): Held => {
    requireOwn(client, next)
    if (next.kind === 'Users') requireWhole(next)
    const others = there(next.kind).filter(({ id }) => id !== next.id)
    requireUnique(next, others)
    return next
  }
  const known = (ids: readonly string[]): ReadonlySet<string> =>
    new Set(ids.filter((id) => there('Users').some((user) => user.id === id)))
  const created: Model['created'] = (client, kind, { shape, externalId, members = [] }) => {
    const blank = { kind, id: '', madeBy: client, version: undefined, gone: false }
    const own = kind === 'Users' ? { active: true, ...wholeUser(shape) } : shape
    const externalIds = withOuter(client, {}, externalId)
    return checked(client, { ...blank, shape: own, externalIds, members: known(members) })
  }
  return {
    all: (kind) => [...held.values()].filter((one) => one.kind === kind).map(({ id }) => id),
    version: (id) => held.get(id)?.version,
    created,
    found,
    requireOwn,
    replaced(client, id, { shape, externalId, members = [] }) {
      const was = found(id)
      // What nobody is without stays unless it is named.
      const kept = { active: was.shape['active'], emails: was.shape['emails'] }
      const own = was.kind === 'Users' ? { ...kept, ...wholeUser(shape) } : shape
      const externalIds = withOuter(client, was.externalIds, externalId)
      return checked(client, { ...was, shape: own, externalIds, members: known(members) })
    },
    patched: (client, id, operations) => checked(client, changed(found(id), client, operations, known)),
    keep(next, id) {
      const was = held.get(id)
      const isAnother = was === undefined || factsOf(was) !== factsOf(next)
      held.set(id, { ...next, id, version: isAnother ? undefined : next.version })
      return isAnother
    },
    settle(id, told) {
      // What a bulk request makes and changes again has its own id after the first of its answers.
      for (const [key, one] of [...held])
        if (key !== id && key !== told.id) held.set(key, renamed(one, id, told.id))
        else {
          held.delete(key)
          held.set(told.id, { ...renamed(one, id, told.id), ...told })
        }
    },
    remove(id) {
      held.set(id, { ...found(id), gone: true })
      for (const one of [...there('Users'), ...there('Groups')]) held.set(one.id, withoutUser(one, id))
    },
    shown(client, id) {
      const one = found(id)
      const shape = withExternal(one.shape, one.externalIds[client.name])
      return one.kind === 'Users' ? shownUser(one, shape, there) : shownGroup(one, shape, there)
    },
    present: (kind) =>
      there(kind)
        .map(({ id }) => id)
        .toSorted(),
  }
}

function factsOf({ shape, externalIds, members }: Held): string {
  return plainly([shape, externalIds, [...members].toSorted()])
}

function withExternal(shape: Shape, externalId: string | undefined): Shape {
  return externalId === undefined ? shape : { ...shape, externalId }
}

/** A user as it is sent whole: lists without doubles, without what is empty. */
function wholeUser(shape: Shape): Shape {
  const lists = listNames.map((name) => [name, listSent(shape[name])] as const).filter(([, list]) => list.length > 0)
  const others = Object.entries(shape).filter(([name]) => !(listNames as readonly string[]).includes(name))
  return { ...Object.fromEntries(others), ...Object.fromEntries(lists) }
}

function membersAfter(
  was: ReadonlySet<string>,
  { verb, ids }: MemberOperation,
  known: (ids: readonly string[]) => ReadonlySet<string>,
): ReadonlySet<string> {
  if (ids === undefined) return new Set()
  if (verb === 'replace') return known(ids)
  return verb === 'add' ? new Set([...was, ...known(ids)]) : new Set([...was].filter((id) => !ids.includes(id)))
}

const base = 'http://hub.example/scim/v2'

function shownUser({ id }: Held, shape: Shape, there: (kind: Kind) => readonly Held[]): Shape {
  const { [enterprise]: extension, ...rest } = shape
  const groups = there('Groups')
    .filter(({ members }) => members.has(id))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((group) => ({
      value: group.id,
      $ref: `${base}/Groups/${group.id}`,
      display: group.shape['displayName'],
      type: 'direct',
    }))
  const { manager, ...others } = (extension ?? {}) as { readonly manager?: Element }
  const boss = there('Users').find((user) => user.id === manager?.['value'])
  const name = boss?.shape['displayName']
  const shownManager =
    boss === undefined
      ? manager
      : { value: boss.id, $ref: `${base}/Users/${boss.id}`, ...(name === undefined ? {} : { displayName: name }) }
  return {
    schemas: extension === undefined ? [userUrn] : [userUrn, enterprise],
    id,
    ...rest,
    ...(groups.length === 0 ? {} : { groups }),
    ...(extension === undefined
      ? {}
      : { [enterprise]: { ...others, ...(shownManager === undefined ? {} : { manager: shownManager }) } }),
  }
}

function shownGroup({ id, members }: Held, shape: Shape, there: (kind: Kind) => readonly Held[]): Shape {
  const shown = there('Users')
    .filter((user) => members.has(user.id))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((user) => ({
      value: user.id,
      $ref: `${base}/Users/${user.id}`,
      type: 'User',
      display: user.shape['displayName'] ?? user.shape['userName'],
    }))
  return { schemas: [groupUrn], id, ...shape, ...(shown.length === 0 ? {} : { members: shown }) }
}
