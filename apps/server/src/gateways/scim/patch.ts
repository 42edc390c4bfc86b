// PATCH (RFC 7644, section 3.5.2) on a whole resource in memory: all operations, in their order, or none. Lists that are sets (the members of
// a group) are never read for it; what is to become of them comes out beside the resource.
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { extensionOf, type Found, named } from './attribute-path.ts'
import { readOnlyPart } from './client-parts.ts'
import type { ClientProfile } from './client-profile.ts'
import { changeElements, type PatchVerb, withOnePrimary, withoutNamed } from './patch-element.ts'
import { findPatchTarget, type PatchTarget } from './patch-path.ts'
import { readSetChange, type SetChange, settledSets } from './patch-set.ts'
import { requireAttributes } from './read-resource.ts'
import { entriesOf, readValue } from './read-value.ts'
import type { Attribute, ResourceType, Schema } from './schema.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

export const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

interface Operation {
  readonly verb: PatchVerb
  readonly path: string | undefined
  readonly value: Json | undefined
}

/** What operations lead to. */
export interface Patched {
  readonly resource: JsonObject
  readonly sets: readonly SetChange[]
}

const maxOperations = 1000

/** Reads the body of a PATCH. Refuses with invalidSyntax. */
export function readPatch(body: unknown, profile: ClientProfile): readonly Operation[] {
  if (!isJsonObject(body)) throw new ScimRefusal('invalidSyntax', 'The body has to be a JSON object.')
  const members = new Map(entriesOf(body, 'the body'))
  const schemas = members.get('schemas')
  const isNamed =
    Array.isArray(schemas) &&
    (schemas as readonly Json[]).some((urn) => typeof urn === 'string' && urn.toLowerCase() === patchUrn.toLowerCase())
  if (!isNamed && !(schemas === undefined && profile.ignoresUnknown))
    throw new ScimRefusal('invalidSyntax', `schemas has to be ["${patchUrn}"].`)
  const operations = members.get('operations')
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > maxOperations)
    throw new ScimRefusal('invalidSyntax', `Operations has to be a list of 1 to ${maxOperations} operations.`)
  return (operations as readonly Json[]).map(readOperation)
}

function readOperation(operation: Json): Operation {
  if (!isJsonObject(operation)) throw new ScimRefusal('invalidSyntax', 'An operation has to be an object.')
  const members = new Map(entriesOf(operation, 'an operation'))
  const [op, path, value] = [members.get('op'), members.get('path'), members.get('value')]
  const verb = typeof op === 'string' ? op.toLowerCase() : ''
  if (verb !== 'add' && verb !== 'remove' && verb !== 'replace')
    throw new ScimRefusal('invalidSyntax', 'op has to be add, remove or replace.')
  if (path !== undefined && path !== null && typeof path !== 'string')
    throw new ScimRefusal('invalidPath', 'path has to be text.')
  const isWhole = path === undefined || path === null || path === ''
  if (isWhole && verb === 'remove') throw new ScimRefusal('noTarget', 'remove needs a path.')
  if (verb === 'add' && value === undefined) throw new ScimRefusal('invalidValue', 'add needs a value.')
  return { verb, path: isWhole ? undefined : path, value }
}

/** Applies operations; the present resource stays as it is. */
export function applyPatch(
  type: ResourceType,
  present: JsonObject,
  operations: readonly Operation[],
  profile: ClientProfile,
): Patched {
  const patching = new Patching(type, present, profile)
  for (const operation of operations) patching.apply(operation)
  return patching.end()
}

class Patching {
  readonly #type: ResourceType
  readonly #profile: ClientProfile
  readonly #present: JsonObject
  readonly #resource: Record<string, Json>
  readonly #sets: SetChange[] = []

  constructor(type: ResourceType, present: JsonObject, profile: ClientProfile) {
    this.#type = type
    this.#profile = profile
    this.#present = present
    this.#resource = { ...present }
  }

  end(): Patched {
    // An extension that no operation touched is as it was kept, whatever it lacks.
    const touched = this.#type.extensions.filter(({ schema: { id } }) => {
      const values = this.#resource[id]
      return values === undefined || values !== this.#present[id]
    })
    requireAttributes({ ...this.#type, extensions: touched }, this.#resource, 'mutability')
    return { resource: this.#resource, sets: settledSets(this.#sets) }
  }

  apply({ verb, path, value }: Operation): void {
    if (path === undefined) return this.#whole(verb, value)
    const target = findPatchTarget(this.#type, path, { barewords: this.#profile.coerces })
    if (target === undefined)
      throw new ScimRefusal('invalidPath', `${this.#type.name} has no attribute ${quoted(path)}.`)
    this.#at(target, { verb, value, isWithin: false })
  }

  /** Without a path the value is a resource, whose members are set one by one. */
  #whole(verb: PatchVerb, value: Json | undefined): void {
    if (!isJsonObject(value)) throw new ScimRefusal('invalidValue', 'Without a path, value has to be an object.')
    const written = Object.keys(value)
    for (const [index, [key, part]] of entriesOf(value, 'value').entries()) {
      if (isJsonObject(part) && key === this.#type.schema.id.toLowerCase()) {
        this.#whole(verb, part)
        continue
      }
      // What a key compares with keeps its letter case.
      const target = this.#keyTarget(written[index] ?? key)
      if (target !== undefined) this.#at(target, { verb, value: part, isWithin: true })
      else if (!this.#profile.ignoresUnknown)
        throw new ScimRefusal('invalidPath', `${this.#type.name} has no attribute ${quoted(key)}.`)
    }
  }

  #keyTarget(key: string): PatchTarget | undefined {
    const extension = extensionOf(this.#type, key)
    if (extension !== undefined) return { schema: extension, isExtension: true }
    const isPath = /[.[]/.test(key) && !/^urn:ietf:params:scim:api:/i.test(key)
    if (isPath && !this.#profile.dottedKeys) return undefined
    try {
      return findPatchTarget(this.#type, key, { barewords: this.#profile.coerces })
    } catch (error) {
      if (error instanceof ScimRefusal && this.#profile.ignoresUnknown) return undefined
      throw error
    }
  }

  #at(target: PatchTarget, change: Change): void {
    if ('schema' in target) return this.#schema(target.schema, target.isExtension, change)
    const { attribute, urn } = target
    if (attribute.name === 'schemas') return
    if (isComputed(target)) {
      // Clients send whole resources back, with what only the hub sets.
      if (change.isWithin && this.#profile.ignoresUnknown) return
      throw new ScimRefusal('mutability', `${quoted(target.sub?.name ?? attribute.name)} is set by the hub alone.`)
    }
    if (urn === undefined && this.#type.sets.includes(attribute.name)) {
      this.#sets.push(readSetChange(target, change, this.#profile))
      return
    }
    const container: Record<string, Json> =
      urn === undefined ? this.#resource : { ...(this.#resource[urn] as JsonObject | undefined) }
    const was = container[attribute.name]
    const written = nextValue(was, target, { ...change, profile: this.#profile })
    refuseMutation(attribute, was, written)
    const next = withReadOnly(attribute, was, written)
    if (next === undefined) delete container[attribute.name]
    else container[attribute.name] = next
    if (urn === undefined) return
    if (Object.keys(container).length === 0) delete this.#resource[urn]
    else this.#resource[urn] = container
  }

  #schema(schema: Schema, isExtension: boolean, change: Change): void {
    if (!isExtension) return this.#whole(change.verb, change.value)
    const isEmptied = change.value === null || change.value === ''
    if (change.verb === 'remove' || (change.verb === 'replace' && isEmptied)) {
      const present = Object.entries((this.#resource[schema.id] ?? {}) as JsonObject)
      const mutability = (name: string): string | undefined => named(schema.attributes, name)?.mutability
      const unchangeable = present.find(([name]) => mutability(name) === 'immutable')
      if (unchangeable !== undefined)
        throw new ScimRefusal('mutability', `${quoted(unchangeable[0])} cannot change any more.`)
      const kept = readOnlyPart(schema.attributes, this.#resource[schema.id])
      if (kept === undefined) delete this.#resource[schema.id]
      else this.#resource[schema.id] = kept
      return
    }
    if (!isJsonObject(change.value)) throw new ScimRefusal('invalidValue', `${quoted(schema.id)} takes an object.`)
    for (const [key, part] of entriesOf(change.value, schema.id)) {
      const [head = '', subName] = key.split('.')
      const attribute = named(schema.attributes, head)
      const sub = subName === undefined ? undefined : named(attribute?.subAttributes, subName)
      if (attribute !== undefined && (subName === undefined || sub !== undefined))
        this.#at({ urn: schema.id, attribute, ...(sub ? { sub } : {}) }, { ...change, value: part, isWithin: true })
      else if (!this.#profile.ignoresUnknown)
        throw new ScimRefusal('invalidPath', `${quoted(schema.id)} has no ${quoted(key)}.`)
    }
  }
}

interface Change {
  readonly verb: PatchVerb
  readonly value: Json | undefined
  /** Part of an object, rather than named by a path. */
  readonly isWithin: boolean
}

function isComputed({ attribute, sub }: Found): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly'
}

function refuseMutation(attribute: Attribute, was: Json | undefined, next: Json | undefined): void {
  if (next === undefined && was !== undefined && attribute.required)
    throw new ScimRefusal('mutability', `${quoted(attribute.name)} is required.`)
  if (attribute.mutability === 'immutable' && was !== undefined && canonicalJson(was) !== canonicalJson(next ?? null))
    throw new ScimRefusal('mutability', `${quoted(attribute.name)} cannot change any more.`)
}

/** What clients only read stays beside what they write, also once that is gone. */
function withReadOnly(attribute: Attribute, was: Json | undefined, next: Json | undefined): Json | undefined {
  const kept = readOnlyPart(attribute.subAttributes ?? [], was)
  return kept === undefined ? next : { ...kept, ...(isJsonObject(next) ? next : {}) }
}

type Setting = Change & { readonly profile: ClientProfile }

/** What an attribute is after an operation; undefined: unassigned. */
function nextValue(
  was: Json | undefined,
  target: Found & { readonly where?: Parameters<typeof changeElements>[1]['where'] },
  setting: Setting,
): Json | undefined {
  const { attribute, sub, where } = target
  if (attribute.multiValued) {
    const before = Array.isArray(was) ? (was as readonly Json[]) : []
    const after =
      where === undefined
        ? listAfter(before, target, setting)
        : changeElements(before, { ...setting, list: attribute, where, ...(sub ? { sub } : {}) })
    const settled = withOnePrimary(before, after)
    return settled.length === 0 ? undefined : settled
  }
  if (sub !== undefined) return withSub(was, sub, setting)
  const { verb, value, profile } = setting
  if (verb === 'remove') return undefined
  if (attribute.type !== 'complex' || !isJsonObject(value)) return readValue(attribute, value, profile)
  return withSubs(was, attribute, setting)
}

function listAfter(before: readonly Json[], { attribute, sub }: Found, setting: Setting): readonly Json[] {
  const { verb, value, profile } = setting
  if (sub !== undefined) {
    const everywhere = { path: sub.name === 'value' ? 'value' : sub.name, operator: 'pr' } as const
    const where = { or: [everywhere, { not: everywhere }] }
    if (before.length > 0) return changeElements(before, { ...setting, list: attribute, where, sub })
    if (verb === 'remove') return before
    const read = readValue(sub, value, profile)
    return read === undefined ? before : [{ [sub.name]: read }]
  }
  if (verb === 'remove')
    return value === undefined || value === null || !profile.removesLoosely
      ? []
      : withoutNamed(before, value, attribute, profile)
  const read = readValue(attribute, value, profile)
  const elements = Array.isArray(read) ? (read as readonly Json[]) : []
  return verb === 'add' ? [...before, ...elements] : elements
}

function withSub(was: Json | undefined, sub: Attribute, { verb, value, profile }: Setting): Json | undefined {
  const next: Record<string, Json> = { ...(isJsonObject(was) ? was : {}) }
  const read = verb === 'remove' ? undefined : readValue(sub, value, profile)
  refuseMutation(sub, next[sub.name], read)
  if (read === undefined) delete next[sub.name]
  else next[sub.name] = read
  return Object.keys(next).length === 0 ? undefined : next
}

/** Only the sub-attributes that are named change (RFC 7644, section 3.5.2.3). */
function withSubs(was: Json | undefined, attribute: Attribute, setting: Setting): Json | undefined {
  let next = was
  for (const [key, value] of entriesOf(setting.value as JsonObject, attribute.name)) {
    const sub = named(attribute.subAttributes, key)
    if (sub === undefined) {
      if (!setting.profile.ignoresUnknown)
        throw new ScimRefusal('invalidPath', `${quoted(attribute.name)} has no ${quoted(key)}.`)
    } else if (sub.mutability !== 'readOnly') next = withSub(next, sub, { ...setting, value })
  }
  return next
}
