import { fieldName } from '../../words/words.ts'

/** What an import does. */
export type ImportKind = 'create' | 'update'
/** Which field names the user who is changed. */
export type ImportKey = 'username' | 'email' | 'employeeIdentifier'

export const importKeys: readonly ImportKey[] = ['username', 'email', 'employeeIdentifier']

/** Begins what a column of custom attributes is matched to. */
export const attributePrefix = 'attributes.'

const fields = [
  'username',
  'email',
  'firstname',
  'middlename',
  'lastname',
  'displayname',
  'jobTitle',
  'department',
  'company',
  'costCenter',
  'location',
  'employeeType',
  'employeeIdentifier',
  'description',
  'alternateEmail',
  'state',
] as const
export type ImportField = (typeof fields)[number]

/** What the headers of common exports call our fields, folded. */
const synonyms: Readonly<Record<ImportField, readonly string[]>> = {
  username: ['username', 'login', 'loginname', 'user', 'userid', 'samaccountname', 'benutzername', 'account'],
  email: ['email', 'emailaddress', 'mail', 'workemail', 'primaryemail', 'userprincipalname', 'upn', 'companyemail'],
  firstname: ['firstname', 'givenname', 'forename', 'first', 'vorname', 'prenom'],
  middlename: ['middlename', 'middle', 'secondname'],
  lastname: ['lastname', 'surname', 'familyname', 'last', 'sn', 'nachname', 'nom'],
  displayname: ['displayname', 'fullname', 'name', 'anzeigename', 'commonname', 'cn'],
  jobTitle: ['jobtitle', 'title', 'position', 'role', 'job'],
  department: ['department', 'dept', 'abteilung', 'team', 'departmentname'],
  company: ['company', 'organization', 'organisation', 'firma', 'employer'],
  costCenter: ['costcenter', 'costcentre', 'kostenstelle'],
  location: ['location', 'office', 'site', 'city', 'standort', 'physicaldeliveryofficename'],
  employeeType: ['employeetype', 'employmenttype', 'contracttype', 'type'],
  employeeIdentifier: [
    'employeeidentifier',
    'employeeid',
    'employeenumber',
    'empid',
    'personnelnumber',
    'staffid',
    'workerid',
    'personalnummer',
  ],
  description: ['description', 'notes', 'comment'],
  alternateEmail: ['alternateemail', 'personalemail', 'privateemail', 'recoveryemail', 'secondaryemail', 'homeemail'],
  state: ['state', 'status', 'userstate', 'accountstatus'],
}

function folded(header: string): string {
  return header
    .normalize('NFD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
}

/** What the columns are matched to, in their order; an empty text leaves a column out. */
export type ColumnMatch = readonly string[]

/** A match by the headers; each field is given once, to the first column that has its name. */
export function guessColumns(headers: readonly string[]): ColumnMatch {
  const taken = new Set<string>()
  const exact = headers.map((header) => fields.find((field) => synonyms[field][0] === folded(header)))
  for (const field of exact) if (field !== undefined) taken.add(field)
  const seen = new Set<string>()
  return headers.map((header, index) => {
    const own = exact[index]
    const field = own ?? fields.find((each) => !taken.has(each) && synonyms[each].includes(folded(header)))
    if (field === undefined || seen.has(field)) return ''
    taken.add(field)
    seen.add(field)
    return field
  })
}

/** What a column can be matched to. Attributes come only with new users: in a change they would take the place of all others. */
export function columnOptions(
  header: string,
  kind: ImportKind,
): readonly { readonly value: string; readonly label: string }[] {
  const attribute = header
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9]/gu, '')
    .slice(0, 32)
  return [
    { value: '', label: 'Leave out' },
    ...fields.map((field) => ({ value: field, label: fieldName(field) })),
    ...(kind === 'create' && attribute !== ''
      ? [{ value: `${attributePrefix}${attribute}`, label: `Attribute ${attribute}` }]
      : []),
  ]
}

/** Why the match cannot be used; undefined when it can. */
export function matchFault(match: ColumnMatch, kind: ImportKind, key: ImportKey): string | undefined {
  const chosen = match.filter((field) => field !== '')
  const twice = chosen.find((field, index) => chosen.indexOf(field) !== index)
  if (twice !== undefined) return `${fieldName(twice)} is matched by two columns.`
  const needed = kind === 'create' ? ['username', 'email'] : [key]
  const missing = needed.find((field) => !chosen.includes(field))
  if (missing !== undefined) return `No column is matched to ${fieldName(missing)}.`
  return kind === 'update' && chosen.length < 2 ? 'Match a column that changes something.' : undefined
}

const storageKey = 'lockstep.import-columns'
const rememberedFiles = 20
type Remembered = Readonly<Record<string, ColumnMatch>>

function readRemembered(): Remembered {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Remembered) : {}
  } catch {
    // What cannot be read, or may not be stored, is forgotten.
    return {}
  }
}

const signature = (headers: readonly string[]): string => headers.map(folded).join('\n')

/** The match that was last used for a file with these headers. */
export function rememberedColumns(headers: readonly string[]): ColumnMatch | undefined {
  const match: unknown = readRemembered()[signature(headers)]
  const isMatch =
    Array.isArray(match) && match.length === headers.length && match.every((one) => typeof one === 'string')
  return isMatch ? match : undefined
}

/** Keeps the match for the next file with these headers. */
export function rememberColumns(headers: readonly string[], match: ColumnMatch): void {
  const { [signature(headers)]: _old, ...others } = readRemembered()
  const kept = Object.entries(others).slice(-(rememberedFiles - 1))
  try {
    localStorage.setItem(storageKey, JSON.stringify({ ...Object.fromEntries(kept), [signature(headers)]: match }))
  } catch {
    // A full or forbidden storage costs only the convenience.
  }
}
