import type { IntegrationRow, IntegrationUpdate } from '@lockstep/contract/hub/integration'

/** The settings of an integration as the texts of a form: switches are `on` or empty. */
export type IntegrationFields = {
  readonly [
    K in
      | 'name'
      | 'profile'
      | 'enabled'
      | 'mayCreate'
      | 'mayUpdate'
      | 'mayDelete'
      | 'onDelete'
      | 'onDeactivate'
      | 'defaultState'
      | 'usernameRule'
      | 'emailRule'
      | 'readOnlyFields'
      | 'othersMayChange'
      | 'takeoverBy'
      | 'takeoverOf'
      | 'guard'
      | 'guardCount'
      | 'guardPercent'
  ]: string
}

const switched = (on: boolean): string => (on ? 'on' : '')
const separator = ','

/** A list within a field of a form. */
export function listOf(text: string): readonly string[] {
  return text.split(separator).filter((part) => part !== '')
}

/** The field of a form for a list. */
export function textOf(list: readonly string[]): string {
  return list.join(separator)
}

export function integrationFields(row: IntegrationRow): IntegrationFields {
  return {
    name: row.name,
    profile: row.profile,
    enabled: switched(row.enabled),
    mayCreate: switched(row.mayCreate),
    mayUpdate: switched(row.mayUpdate),
    mayDelete: switched(row.mayDelete),
    onDelete: row.onDelete,
    onDeactivate: row.onDeactivate,
    defaultState: row.defaultState,
    usernameRule: row.usernameRule,
    emailRule: row.emailRule,
    readOnlyFields: textOf(row.readOnlyFields),
    othersMayChange: switched(row.othersMayChange),
    takeoverBy: textOf(row.takeoverBy),
    takeoverOf: row.takeoverOf,
    guard: row.guard,
    guardCount: String(row.guardCount),
    guardPercent: String(row.guardPercent),
  }
}

const switches: ReadonlySet<string> = new Set(['enabled', 'mayCreate', 'mayUpdate', 'mayDelete', 'othersMayChange'])
const lists: ReadonlySet<string> = new Set(['readOnlyFields', 'takeoverBy'])
const counts: ReadonlySet<string> = new Set(['guardCount', 'guardPercent'])

/** What was changed in the form, as the hub takes it. */
export function integrationUpdate(changed: Partial<IntegrationFields>): IntegrationUpdate {
  const entries = Object.entries(changed).map(([field, text]): [string, unknown] => {
    if (switches.has(field)) return [field, text === 'on']
    if (lists.has(field)) return [field, listOf(text)]
    return [field, counts.has(field) ? Number(text) : text.trim()]
  })
  return Object.fromEntries(entries) as IntegrationUpdate
}

/** A rule of the form: a whole number up to a limit. */
export function wholeNumberUpTo(most: number): (text: string) => string | undefined {
  return (text) =>
    /^\d{1,7}$/u.test(text.trim()) && Number(text) <= most
      ? undefined
      : `Enter a whole number from 0 to ${most.toLocaleString('en')}.`
}
