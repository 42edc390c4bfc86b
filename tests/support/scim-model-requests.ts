// A step of a random sequence as the request that a client sends, and what the model says has to become of it.
import { enterprise, groupUrn, patchUrn, userUrn } from './scim-client.ts'
import type { GroupOperation, Kind, Model, ModelClient, Sent } from './scim-model.ts'
import { Refused, type Shape, type UserOperation, type UserTarget } from './scim-model-patch.ts'
import type { Change, GroupChange, Match, Target, UserChange, UserContent } from './scim-model-steps.ts'

/** A change that the model has made already; `temporary` is the id that a creation has until the hub tells its own. */
export interface Planned {
  readonly method: string
  readonly kind: Kind
  readonly id: string
  readonly data: unknown
  readonly ifMatch: string | undefined
  readonly refused: Refused | undefined
  readonly changes: boolean
  readonly versionBefore: string | undefined
}

export interface Sequence {
  readonly model: Model
  /** What the names of the sequence begin with. */
  readonly prefix: string
  /** A name that nothing else has, for what is made. */
  readonly temporaryId: () => string
}

const nobody = '000000000000000000000000'
const endings = ['ab', 'abc', 'cab', 'b', 'x']

function nameOf({ prefix }: Sequence, index: number): string {
  return `${prefix}${endings[index] ?? 'z'}`
}

/** The id of the resource that is meant, which may be gone. */
export function idOf({ model }: Sequence, kind: Kind, target: Target): string {
  const all = model.all(kind)
  return target < 0 ? 'nobody' : (all[target % Math.max(1, all.length)] ?? nobody)
}

/** The tag that says which version is meant. */
export function tagOf(match: Match, version: string | undefined): string | undefined {
  if (match === 'none') return undefined
  if (match === 'stale') return 'W/"stale"'
  return match === 'any' || version === undefined ? '*' : version
}

/** Makes the change in the model, and says how it is asked for. */
export function plan(sequence: Sequence, client: ModelClient, change: Change): Planned {
  const { model } = sequence
  const kind: Kind = change.act === 'delete' ? change.kind : change.user === undefined ? 'Groups' : 'Users'
  const isNew = change.act === 'create'
  const id = isNew ? sequence.temporaryId() : idOf(sequence, kind, change.target)
  const versionBefore = model.version(id)
  const ifMatch = isNew ? undefined : tagOf(change.match, versionBefore)
  const planned = { kind, id, ifMatch, versionBefore }
  const attempt = (method: string, data: unknown, work: () => boolean): Planned => {
    try {
      if (!isNew) {
        model.found(id)
        if (ifMatch === 'W/"stale"') throw new Refused(412)
      }
      return { ...planned, method, data, changes: work(), refused: undefined }
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { ...planned, method, data, changes: false, refused: error }
    }
  }
  if (change.act === 'delete')
    return attempt('DELETE', undefined, () => {
      model.requireOwn(client, model.found(id))
      model.remove(id)
      return true
    })
  if (change.act === 'patch') {
    const user = change.user?.map((one) => resolved(sequence, one))
    const operations = user?.map(spelled) ?? change.group?.map((one) => groupOperation(sequence, id, one)) ?? []
    const meant = {
      ...(user === undefined ? {} : { user }),
      ...(change.group === undefined ? {} : { group: change.group.map((one) => groupMeaning(sequence, one)) }),
    }
    return attempt('PATCH', { schemas: [patchUrn], Operations: operations }, () =>
      model.keep(model.patched(client, id, meant), id),
    )
  }
  const sent = sentOf(sequence, change)
  const data = {
    schemas: [kind === 'Users' ? userUrn : groupUrn],
    ...sent.shape,
    ...(sent.externalId === undefined ? {} : { externalId: sent.externalId }),
    ...(sent.members === undefined ? {} : { members: sent.members.map((value) => ({ value })) }),
  }
  if (isNew) return attempt('POST', data, () => model.keep(model.created(client, kind, trimmed(sent)), id))
  return attempt('PUT', data, () => model.keep(model.replaced(client, id, trimmed(sent)), id))
}

function sentOf(sequence: Sequence, { user, group }: Extract<Change, { readonly act: 'create' | 'replace' }>): Sent {
  if (user !== undefined) return sentUser(sequence, user)
  const { name = 0, members = [], externalId } = group ?? {}
  return {
    shape: { displayName: nameOf(sequence, name) },
    members: members.map((target) => idOf(sequence, 'Users', target)),
    ...(externalId === undefined ? {} : { externalId }),
  }
}

function sentUser(sequence: Sequence, content: UserContent): Sent {
  const { name, isUpper, address, shape, department, employeeNumber, manager, externalId } = content
  const userName = nameOf(sequence, name)
  const extension = {
    ...(department === undefined ? {} : { department }),
    ...(employeeNumber === undefined ? {} : { employeeNumber: `${sequence.prefix}${employeeNumber}` }),
    ...(manager === undefined ? {} : { manager: { value: idOf(sequence, 'Users', manager) } }),
  }
  return {
    shape: {
      ...shape,
      userName: isUpper ? userName.toUpperCase() : userName,
      ...(address < 0 ? {} : { emails: [{ value: addressOf(sequence, `a${address}`), type: 'work', primary: true }] }),
      ...(Object.keys(extension).length === 0 ? {} : { [enterprise]: extension }),
    },
    ...(externalId === undefined ? {} : { externalId }),
  }
}

/** What is null is not there. */
function trimmed(sent: Sent): Sent {
  return { ...sent, shape: Object.fromEntries(Object.entries(sent.shape).filter(([, value]) => value !== null)) }
}

function addressOf({ prefix }: Sequence, name: string): string {
  return `${name}.${prefix}@example.com`
}

/** The operation with the names and ids of its sequence. */
function resolved(
  sequence: Sequence,
  { verb, at, value, manager, spelling }: UserChange,
): UserOperation & { readonly spelling: number } {
  let own = value
  if (manager !== undefined) own = idOf(sequence, 'Users', manager)
  else if ('text' in at && at.text === 'userName') own = nameOf(sequence, Number(value))
  else if ('list' in at && at.list === 'emails') own = withAddresses(sequence, at.sub, value)
  return { verb, at, value: own, spelling }
}

function withAddresses(sequence: Sequence, sub: string | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => withAddresses(sequence, undefined, one))
  if (typeof value === 'string') return sub === 'value' ? addressOf(sequence, value) : value
  const word = (value as Shape | null)?.['value']
  return typeof word === 'string' ? { ...(value as Shape), value: addressOf(sequence, word) } : value
}

const verbs = { add: 'Add', replace: 'REPLACE', remove: 'Remove' } as const

/** The operation as it is written. */
function spelled({ verb, at, value, spelling }: UserOperation & { readonly spelling: number }): object {
  const path = pathOf(at)
  const given = value === undefined ? {} : { value }
  const isWrong = 'wrong' in at
  if (spelling === 1 && !isWrong) return { op: verbs[verb], path: outsideQuotes(path), ...given }
  const isCore = !path.startsWith('urn:') && path !== 'externalId' && !isWrong
  if (spelling === 2 && isCore) return { op: verb, path: `${userUrn}:${path}`, ...given }
  if (spelling === 3 && verb !== 'remove' && !isWrong) return { op: verb, value: { [path]: value } }
  return { op: verb, path, ...given }
}

function outsideQuotes(path: string): string {
  return path
    .split('"')
    .map((part, index) => (index % 2 === 0 ? part.toUpperCase() : part))
    .join('"')
}

function pathOf(at: UserTarget): string {
  if ('wrong' in at) return at.wrong
  if ('text' in at) return at.text
  if ('flag' in at) return at.flag
  if ('manager' in at) return `${enterprise}:manager`
  if ('extension' in at) return enterprise
  if ('name' in at) return 'name'
  return `${at.list}${at.type === undefined ? '' : `[type eq "${at.type}"]`}${at.sub === undefined ? '' : `.${at.sub}`}`
}

function groupMeaning(sequence: Sequence, change: GroupChange): GroupOperation {
  if ('name' in change) return { name: nameOf(sequence, change.name) }
  const ids = change.members.map((target) => idOf(sequence, 'Users', target))
  const isAll = change.verb === 'remove' && change.by === 'all'
  return { members: { verb: change.verb, ...(isAll ? {} : { ids }) } }
}

function groupOperation(sequence: Sequence, id: string, change: GroupChange): object {
  if ('name' in change) {
    const displayName = nameOf(sequence, change.name)
    return change.isWhole
      ? { op: 'replace', value: { id, displayName } }
      : { op: 'Replace', path: 'displayName', value: displayName }
  }
  const { verb, by } = change
  const ids = change.members.map((target) => idOf(sequence, 'Users', target))
  if (verb === 'remove' && by === 'all') return { op: verb, path: 'members' }
  const named = ids.map((value) => `value eq "${value}"`).join(' or ')
  if (verb === 'remove' && by === 'path') return { op: verb, path: `members[${named}]` }
  return { op: verb, path: 'members', value: ids.map((value) => ({ value, $ref: null })) }
}
