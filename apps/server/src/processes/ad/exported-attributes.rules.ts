// What EXPORT rules write to the account of a user, beside the fields that the hub writes by itself. Pure. What both sides last agreed on
// is kept with the account under `attribute:` and the name of the attribute, so that only what differs is written.
import type { UserWork } from '@lockstep/contract/agents/protocol'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { comparableFields, type User } from '../../directory/users/user.rules.ts'
import { configurationOf, type ConfiguredDomain, fieldAuthority } from './configuration.rules.ts'
import { untouchedWork } from './container.rules.ts'
import { fieldValue, type Translation } from './translation.rules.ts'
import type { UserDecision } from './user-decision.rules.ts'

export interface ExportingDomain extends ConfiguredDomain {
  readonly id: string
}

interface Exporting {
  readonly domain: ExportingDomain
  readonly rules: readonly Translation[]
}

/** The attributes that rules write for a user, by LDAP name; an empty text removes. */
function exportedAttributes(
  { domain, rules }: Exporting,
  user: User,
  moment: Translation['appliedOn'][number],
): ReadonlyMap<string, string> {
  if (!configurationOf(domain.useCase).isWritten) return new Map()
  const fields = comparableFields(user)
  const isHome = user.homeDirectoryId === domain.id
  const wanted = rules.filter(
    (rule) =>
      rule.direction === 'EXPORT' && rule.appliedOn.includes(moment) && !(isHome && isTheirs(rule, { domain, rules })),
  )
  return new Map(
    wanted.map(({ sourceType, source, destination }) => {
      const value = sourceType === 'CONSTANT' ? source : fieldValue(fields, source)
      return [destination, typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '']
    }),
  )
}

/** True where the domain decides on what the rule reads, or reads back what it writes: of its own users the domain's word counts. */
function isTheirs({ sourceType, source, destination }: Translation, { domain, rules }: Exporting): boolean {
  const imports = rules.filter(({ direction }) => direction === 'IMPORT')
  if (imports.some((rule) => rule.source.toLowerCase() === destination.toLowerCase())) return true
  if (sourceType === 'CONSTANT') return false
  return fieldAuthority(domain, source) === 'directory' || imports.some((rule) => rule.destination === source)
}

const keyPrefix = 'attribute:'
const keyOf = (attribute: string): string => `${keyPrefix}${attribute.toLowerCase()}`

/** True for what is kept with an account of an attribute that a rule writes. */
export const isExportKey = (key: string): boolean => key.startsWith(keyPrefix)

/** What a rule writes, and what the domain has instead. */
interface ExportDifference {
  readonly attribute: string
  readonly here: string
  readonly there: string
}

function differencesOf(wanted: ReadonlyMap<string, string>, agreed: JsonObject): readonly ExportDifference[] {
  return [...wanted].flatMap(([attribute, here]) => {
    const known = agreed[keyOf(attribute)]
    const there = typeof known === 'string' ? known : ''
    return there === here ? [] : [{ attribute, here, there }]
  })
}

/** In what the account of a user differs from what rules write to it, by what both sides last agreed on. */
export function exportDifferences(exporting: Exporting, user: User, agreed: JsonObject): readonly ExportDifference[] {
  return differencesOf(exportedAttributes(exporting, user, 'UPDATE'), agreed)
}

/** The work with what rules write and what is not agreed yet; a new account gets what there is. */
export function exportingWork(
  work: UserWork | undefined,
  exporting: Exporting,
  { account, user }: { readonly account: Account; readonly user: User },
): UserWork | undefined {
  if (!account.wanted) return work
  const isNew = account.externalId === null
  // Of an account whose making was not reported the first work says everything.
  if (isNew && work === undefined) return work
  const wanted = exportedAttributes(exporting, user, isNew ? 'CREATE' : 'UPDATE')
  const differing = differencesOf(wanted, account.agreed)
  if (differing.length === 0) return work
  const base = work ?? untouchedWork(account)
  const written = Object.fromEntries(differing.map(({ attribute, here }) => [attribute, here]))
  return { ...base, attributes: { ...base.attributes, ...written } }
}

/** What both sides agree on once the work is done. */
export function exportedValues(exporting: Exporting, user: User, { isNew }: { readonly isNew: boolean }): JsonObject {
  const wanted = exportedAttributes(exporting, user, isNew ? 'CREATE' : 'UPDATE')
  return Object.fromEntries([...wanted].map(([name, value]) => [keyOf(name), value]))
}

/** A decision of the import that knows what rules write: where the object has something else, it is written again. */
export function withExports(decision: UserDecision, exporting: Exporting, attributes: JsonObject | null): UserDecision {
  if (decision.kind !== 'change' || decision.account === undefined || attributes === null) return decision
  const home = decision.set.homeDirectoryId
  const user = home === undefined ? decision.user : { ...decision.user, homeDirectoryId: home }
  const wanted = exportedAttributes(exporting, user, 'UPDATE')
  if (wanted.size === 0) return decision
  const present = new Map(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value]))
  const found = [...wanted].map(([name, value]) => {
    const there = present.get(name.toLowerCase())
    return { key: keyOf(name), value, there: typeof there === 'string' ? there : '' }
  })
  const differs = found.some(({ value, there }) => value !== there)
  return {
    ...decision,
    agreed: { ...decision.agreed, ...Object.fromEntries(found.map(({ key, there }) => [key, there])) },
    inStep: decision.inStep && !differs,
    isBehind: decision.isBehind || differs,
  }
}
