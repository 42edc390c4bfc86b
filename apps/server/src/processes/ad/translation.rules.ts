// Rules that say how fields of users and attributes of a domain become each other. An EXPORT rule goes from a field of a user to an
// attribute, an IMPORT rule from an attribute to a field; a field that users do not have becomes a custom attribute of the user.
import type { Decision, Refusal } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { storedFields } from '../../directory/users/user-fields.rules.ts'
import { writtenAttributes } from './import-fields.rules.ts'

export type TranslationDirection = 'EXPORT' | 'IMPORT'
export type TranslationSource = 'PATH' | 'CONSTANT'
export type TranslationMoment = 'CREATE' | 'UPDATE'

/** What a rule says. */
export interface Translation {
  readonly direction: TranslationDirection
  readonly sourceType: TranslationSource
  /** A field, an attribute, or the constant. */
  readonly source: string
  readonly destination: string
  readonly appliedOn: readonly TranslationMoment[]
}

/** A rule as somebody sends it; what is not said keeps its value, or gets the default. */
export interface TranslationInput {
  readonly direction?: string | undefined
  readonly sourceType?: string | undefined
  readonly source?: string | undefined
  readonly destination?: string | undefined
  readonly appliedOn?: readonly string[] | undefined
}

const moments: readonly TranslationMoment[] = ['CREATE', 'UPDATE']
const columnFields = ['username', 'email', 'displayname', 'employeeIdentifier', 'manager']
const maxLength = 1024
// RFC 4512, section 1.4, but for options after a semicolon.
const attributeForm = /^[A-Za-z][A-Za-z0-9-]{0,255}$/
const customForm = /^(?:customAttributes\.)?([A-Za-z0-9]{1,32})$/

/** What no rule writes: identity, place, state, links, rights and credentials, in lower case. */
const keptAttributes: ReadonlySet<string> = new Set([
  ...[
    'objectclass',
    'objectcategory',
    'objectguid',
    'objectsid',
    'sidhistory',
    'distinguishedname',
    'cn',
    'name',
    'ou',
  ],
  ...['samaccountname', 'userprincipalname', 'samaccounttype', 'primarygroupid', 'useraccountcontrol', 'admincount'],
  ...['member', 'memberof', 'manager', 'directreports', 'managedby', 'ntsecuritydescriptor', 'iscriticalsystemobject'],
  ...['unicodepwd', 'userpassword', 'dbcspwd', 'ntpwdhistory', 'lmpwdhistory', 'supplementalcredentials', 'pwdlastset'],
  ...['accountexpires', 'lockouttime', 'badpwdcount', 'logonhours', 'userworkstations', 'altsecurityidentities'],
  ...['serviceprincipalname', 'msds-allowedtodelegateto', 'msds-allowedtoactonbehalfofotheridentity'],
  ...['msds-keycredentiallink', 'msds-supportedencryptiontypes', 'usercertificate', 'usersmimecertificate'],
  ...['scriptpath', 'profilepath', 'ms-ds-consistencyguid', 'msds-consistencyguid'],
])

/** The rules that the hub follows by itself; they cannot be changed. */
export const builtInTranslations: readonly Translation[] = [
  ['username', 'sAMAccountName'] as const,
  ...Object.entries(writtenAttributes),
].flatMap(([field, attribute]): Translation[] => [
  { direction: 'EXPORT', sourceType: 'PATH', source: field, destination: attribute, appliedOn: moments },
  { direction: 'IMPORT', sourceType: 'PATH', source: attribute, destination: field, appliedOn: moments },
])

/** Decides on a new rule, or on a change of one. */
export function decideTranslation(input: TranslationInput, present?: Translation): Decision<Translation> {
  const direction = input.direction ?? present?.direction
  if (direction !== 'EXPORT' && direction !== 'IMPORT') return refuse('direction', 'must be EXPORT or IMPORT.')
  const sourceType = input.sourceType ?? present?.sourceType ?? 'PATH'
  if (sourceType !== 'PATH' && sourceType !== 'CONSTANT')
    return refuse('sourceType', 'must be PATH or CONSTANT: the hub evaluates no templates or expressions.')
  const source = (input.source ?? present?.source ?? '').trim()
  const destination = (input.destination ?? present?.destination ?? '').trim()
  const appliedOn = input.appliedOn ?? present?.appliedOn ?? moments
  if (appliedOn.length === 0 || !appliedOn.every((moment) => (moments as readonly string[]).includes(moment)))
    return refuse('appliedOn', 'must name CREATE, UPDATE or both.')
  const fault = sourceFault({ direction, sourceType, source }) ?? destinationFault(direction, destination)
  if (fault) return fault
  const value: Translation = {
    direction,
    sourceType,
    source: sourceType === 'PATH' && direction === 'EXPORT' ? fieldName(source) : source,
    destination: direction === 'IMPORT' ? fieldName(destination) : destination,
    appliedOn: moments.filter((moment) => appliedOn.includes(moment)),
  }
  const isBuiltIn = builtInTranslations.some(
    (rule) => rule.direction === direction && rule.destination.toLowerCase() === value.destination.toLowerCase(),
  )
  return isBuiltIn ? refuse('destination', 'has a rule of the hub itself already.') : { ok: true, value }
}

function sourceFault({
  direction,
  sourceType,
  source,
}: Omit<Translation, 'destination' | 'appliedOn'>): Refusal | undefined {
  if (source === '' || source.length > maxLength) return refuse('source', 'is required, at most 1,024 characters.')
  if (sourceType === 'CONSTANT') return undefined
  const isKnown = direction === 'EXPORT' ? isField(source) : attributeForm.test(source)
  if (isKnown) return undefined
  return refuse('source', direction === 'EXPORT' ? 'must be a field of users.' : 'must be the name of an attribute.')
}

function destinationFault(direction: TranslationDirection, destination: string): Refusal | undefined {
  if (direction === 'EXPORT') {
    if (!attributeForm.test(destination)) return refuse('destination', 'must be the name of an attribute.')
    return keptAttributes.has(destination.toLowerCase())
      ? refuse(
          'destination',
          'is not written by rules: it decides on identity, place, rights or how somebody signs in.',
        )
      : undefined
  }
  // Managers are users: an attribute that names one is followed by the hub itself.
  if (destination === 'manager') return refuse('destination', 'has a rule of the hub itself already.')
  if (!isField(destination)) return refuse('destination', 'must be a field of users, or a name of letters and digits.')
  return undefined
}

function isStored(name: string): boolean {
  return Object.hasOwn(storedFields, name) && storedFields[name as keyof typeof storedFields].type === 'text'
}

function isField(name: string): boolean {
  return columnFields.includes(name) || isStored(name) || (!Object.hasOwn(storedFields, name) && customForm.test(name))
}

/** A field that users do not have is a custom attribute. */
function fieldName(name: string): string {
  if (columnFields.includes(name) || isStored(name)) return name
  return `customAttributes.${customForm.exec(name)?.[1] ?? name}`
}

function refuse(field: string, detail: string): Refusal {
  return { ok: false, code: 'invalid_request', field, detail: `${field}: ${detail}` }
}

/** What the rules make of a user's fields: attributes by EXPORT rules, fields by IMPORT rules read from the attributes of those. */
export function previewTranslations(
  rules: readonly Translation[],
  fields: JsonObject,
): { readonly source: JsonObject; readonly destination: JsonObject } {
  const exported = apply(rules, 'EXPORT', (name) => fieldValue(fields, name))
  const attributes = apply(builtInTranslations, 'EXPORT', (name) => fieldValue(fields, name))
  const imported = apply(rules, 'IMPORT', (name) => attributes[name])
  const isImport = rules.length > 0 && rules.every(({ direction }) => direction === 'IMPORT')
  return { source: isImport ? attributes : fields, destination: { ...exported, ...imported } }
}

function apply(
  rules: readonly Translation[],
  direction: TranslationDirection,
  read: (name: string) => Json | undefined,
): JsonObject {
  return Object.fromEntries(
    rules
      .filter((rule) => rule.direction === direction)
      .flatMap(({ sourceType, source, destination }): [string, Json][] => {
        const value = sourceType === 'CONSTANT' ? source : read(source)
        return value === undefined ? [] : [[destination, value]]
      }),
  )
}

/** The value of a field of a user, custom attributes among them. */
export function fieldValue(fields: JsonObject, name: string): Json | undefined {
  const custom = /^customAttributes\.(.*)$/.exec(name)?.[1]
  if (custom === undefined) return fields[name]
  const rows = fields['attributes']
  const row = Array.isArray(rows)
    ? (rows as readonly Json[]).find((one) => isJsonObject(one) && one['name'] === custom)
    : undefined
  return isJsonObject(row) ? row['value'] : undefined
}
