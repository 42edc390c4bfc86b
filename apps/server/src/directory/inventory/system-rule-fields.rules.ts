// The fields of devices that rules of dynamic groups may name.
import type { RuleField, RuleVocabulary } from '../groups/member-query.rules.ts'

const texts = [
  'hostname',
  'displayName',
  'os',
  'osFamily',
  'version',
  'arch',
  'archFamily',
  'serialNumber',
  'description',
  'agentVersion',
  'templateName',
  'hwVendor',
  'remoteIP',
  'amazonInstanceID',
  'osVersionDetail.osName',
  'osVersionDetail.releaseName',
  'osVersionDetail.distributionName',
  'osVersionDetail.version',
  'mdm.vendor',
  'mdm.enrollmentType',
  'domainInfo.domainName',
  'systemInsights.state',
  'provisionMetadata.provisioner.type',
] as const
const switches = [
  'active',
  'azureAdJoined',
  'agentHasFullDiskAccess',
  'desktopCapable',
  'hasServiceAccount',
  'isPolicyBound',
  'fde.active',
  'mdm.dep',
  'domainInfo.partOfDomain',
] as const
const numbers = [
  'systemTimezone',
  'osVersionDetail.majorNumber',
  'osVersionDetail.minorNumber',
  'osVersionDetail.patchNumber',
] as const

const fields: readonly RuleField[] = [
  ...texts.map((name) => ({ name, type: 'text' }) as const),
  ...switches.map((name) => ({ name, type: 'boolean' }) as const),
  ...numbers.map((name) => ({ name, type: 'integer' }) as const),
  { name: 'created', type: 'timestamp' },
]

const spelling = (name: string): string => name.toLowerCase().replaceAll('_', '')
const bySpelling = new Map(fields.map((field) => [spelling(field.name), field]))
const customName = /^attributes\.([A-Za-z0-9]{1,64})$/i

/** Fields of devices. Custom attributes are `attributes.NAME`. */
export const systemVocabulary: RuleVocabulary = {
  known: [...fields.map(({ name }) => name), 'attributes.NAME'],
  fieldOf(given) {
    const name = given.trim().replace(/^(?:system|device)\./i, '')
    const custom = customName.exec(name)
    if (custom !== null) return { name: `attributes.${custom[1] ?? ''}`, type: 'text' }
    return bySpelling.get(spelling(name)) ?? bySpelling.get(spelling(name).replace(/^(?:system|device)/, ''))
  },
}

/** The kind of values of a field of a rule. */
export function ruleFieldType(name: string): RuleField['type'] {
  return bySpelling.get(spelling(name))?.type ?? 'text'
}
