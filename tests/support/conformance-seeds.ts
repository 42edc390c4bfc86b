// Objects of every kind that the operations of JumpCloud's API name, made through the API itself, and the values that fit them.
import type { Random } from './random.ts'

export interface WireAnswer {
  readonly status: number
  readonly text: string
}

/** Sends a request as an administrator who may do everything. */
export type Send = (method: string, path: string, body?: unknown) => Promise<WireAnswer>

/** Ids of existing objects by their nouns. */
export type Seeds = Readonly<Record<string, string>>

let seeded = 0

type Made = Readonly<Record<string, never>>

/** Makes one object of each kind. */
export async function seedConformance(send: Send, random: Random): Promise<Seeds> {
  seeded += 1
  const name = `conform-${process.pid}-${seeded}`
  const must = async (method: string, path: string, body?: unknown): Promise<Made> => {
    const answer = await send(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    const parsed = JSON.parse(answer.text) as Made | readonly Made[]
    return (Array.isArray(parsed) ? parsed[0] : parsed) as Made
  }
  const id = async (path: string, body: unknown, field = 'id'): Promise<string> =>
    String((await must('POST', path, body))[field])
  const user = await id('/api/systemusers', { username: name, email: `${name}@example.com` })
  const group = await id('/api/v2/usergroups', { name })
  const system = await id('/hub/v1/systems', { hostname: name })
  const directory = await id('/api/v2/activedirectories', { domain: `${name}.example` })
  const rules = `/api/v2/activedirectories/${directory}/translation-rules`
  const rule = (await must('POST', rules, translation(random))) as {
    readonly translation_rule?: { readonly id: string }
  }
  const [organization] = (
    (await must('GET', '/api/organizations')) as unknown as {
      readonly results: readonly { id: string }[]
    }
  ).results
  return {
    user,
    group,
    system,
    directory,
    systemGroup: await id('/api/v2/systemgroups', { name }),
    agent: await id(`/api/v2/activedirectories/${directory}/agents`, { agentType: 'SYNC' }),
    application: await id('/api/applications', { name, displayName: name, ssoUrl: 'https://a.example' }),
    job: await id('/api/v2/bulk/user/unlocks', [{ id: user }], 'jobId'),
    scheduledState: await id(
      '/api/v2/bulk/userstates',
      { user_ids: [user], state: 'SUSPENDED', start_date: '2999-01-01T00:00:00Z' },
      'scheduledJobId',
    ),
    sshKey: await id(`/api/systemusers/${user}/sshkeys`, { name, public_key: publicKey(random) }, '_id'),
    translationRule: rule.translation_rule?.id ?? '',
    organization: organization?.id ?? '',
    ...(await seedAdministration({ must, id, name, group })),
  }
}

interface Maker {
  readonly must: (method: string, path: string, body?: unknown) => Promise<Made>
  readonly id: (path: string, body: unknown, field?: string) => Promise<string>
  readonly name: string
  readonly group: string
}

async function seedAdministration({ must, id, name, group }: Maker): Promise<Seeds> {
  const role = await id('/api/v2/roles', { name, scopes: ['users.readonly'] })
  const wish = { name, roleId: role, authConfig: apiKeyConfig }
  const { serviceAccount } = (await must('POST', '/api/v2/service-accounts', wish)) as unknown as {
    readonly serviceAccount: {
      readonly objectId: string
      readonly authConfigList: readonly { readonly apiKeyConfig: { readonly objectId: string } }[]
    }
  }
  const policy = { groupIds: [group], policy: { name, minLength: 12 } }
  return {
    role: await id('/api/v2/roles', { name: `${name} unused`, scopes: ['users.readonly'] }),
    serviceAccount: serviceAccount.objectId,
    authConfig: serviceAccount.authConfigList[0]?.apiKeyConfig.objectId ?? '',
    passwordPolicy: await id('/api/v2/passwordpolicies', policy, 'objectId'),
    administrator: await id('/api/users', { email: `${name}@admin.example`, firstname: 'Conform', role }),
    emailType: await seedEmail(must),
  }
}

/** There is one e-mail of each type. */
async function seedEmail(must: Maker['must']): Promise<string> {
  const type = 'password_expiration'
  await must('POST', '/api/v2/customemails', { type, subject: 'Soon' }).catch(() => 'there already')
  return type
}

const apiKeyConfig = { authType: 'API_KEY', apiKeyConfig: { lifetime: '30 Days' } }

function translation(random: Random): object {
  return { source: 'costCenter', destination: `attribute${random.below(2 ** 31)}`, direction: 'EXPORT' }
}

/** A key that no one has, in the form of OpenSSH. */
function publicKey(random: Random): string {
  const kind = Buffer.from('ssh-ed25519')
  const part = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
  const bytes = Buffer.from(Array.from({ length: 32 }, () => random.below(256)))
  return `ssh-ed25519 ${Buffer.concat([part(kind), part(bytes)]).toString('base64')} conform@example`
}

const nounOfSegment: Readonly<Record<string, string>> = {
  systemusers: 'user',
  usergroups: 'group',
  usergroup: 'group',
  user: 'user',
  systemgroups: 'systemGroup',
  systems: 'system',
  activedirectories: 'directory',
  agents: 'agent',
  applications: 'application',
  userstates: 'scheduledState',
  sshkeys: 'sshKey',
  'translation-rules': 'translationRule',
  organizations: 'organization',
  organizationlinks: 'organization',
  roles: 'role',
  'service-accounts': 'serviceAccount',
  'auth-config': 'authConfig',
  passwordpolicies: 'passwordPolicy',
  administrators: 'administrator',
  customemails: 'emailType',
}

const missing = 'f'.repeat(24)

/** The path of an operation with the ids of existing objects. */
export function filledPath(template: string, seeds: Seeds): string {
  const segments = template.split('/')
  return segments
    .map((segment, index) => {
      if (!segment.startsWith('{')) return segment
      const before = segments[index - 1] ?? ''
      if (template.includes('/bulk/users/{job_id}')) return seeds['job'] ?? missing
      // In version 1 `users` are administrators, with a verb before the id now and then.
      const isAdministrator = template.startsWith('/api/users/')
      const noun = isAdministrator ? 'administrator' : before === 'users' ? 'user' : nounOfSegment[before]
      return (noun === undefined ? undefined : seeds[noun]) ?? missing
    })
    .join('/')
}

const kindOfSubject: Readonly<Record<string, string>> = {
  user: 'user',
  user_group: 'group',
  system: 'system',
  system_group: 'systemGroup',
}

/** What may stand at the other end of an edge of the path's object. */
function targetAt(template: string): string {
  if (template.includes('/members')) return template.includes('/systemgroups/') ? 'system' : 'user'
  if (/\/(?:users|usergroups)\//.test(template)) return 'system_group'
  return template.includes('/systems/') || template.includes('/systemgroups/') ? 'user_group' : 'user'
}

interface Suggesting {
  readonly template: string
  readonly seeds: Seeds
  readonly random: Random
}

/** A value that fits a property or parameter of the operation; undefined: any. */
export function suggestion(property: string, { template, seeds, random }: Suggesting): unknown {
  const unique = `${random.below(2 ** 31)}-${seeded}`
  const isEdge = template.includes('associations') || template.includes('members')
  const isRule = template.includes('translation-rules')
  switch (property) {
    case 'username':
      return `conform-u${unique}`
    case 'email':
      return `conform-${unique}@example.com`
    case 'name':
      // Within users it is the name of an attribute.
      return template.includes('/systemusers') ? `attr${random.below(2 ** 31)}` : `conform ${unique}`
    case 'agentType':
      return 'SYNC'
    case 'restrictedFields':
    case 'memberQueryExemptions':
      return []
    case 'manager':
      return ''
    case 'suspended':
      return true
    case 'membershipMethod':
      return template.includes('/usergroups') ? 'DYNAMIC_REVIEW_REQUIRED' : 'STATIC'
    case 'memberQuery':
      return template.includes('/usergroups')
        ? { queryType: 'FilterQuery', filters: [{ field: 'company', operator: 'eq', value: 'Acme' }] }
        : undefined
    case 'domain':
      return template.includes('activedirectories') ? `d${unique}.example` : undefined
    case 'password':
      return `Correct-horse-${unique}`
    case 'public_key':
      return publicKey(random)
    case 'op':
      return 'add'
    case 'type':
      if (template.includes('customemails')) return template.endsWith('}') ? seeds['emailType'] : 'lockout_notice_user'
      return edgeType(template)
    case 'targets':
      return edgeType(template)
    case 'id':
      return template.includes('/bulk/')
        ? seeds['user']
        : isEdge
          ? seeds[kindOfSubject[targetAt(template)] ?? '']
          : undefined
    case 'objectId':
      return isRule ? seeds['translationRule'] : seeds['passwordPolicy']
    case 'object_ids':
      return [seeds['system']]
    case 'scopes':
      return ['groups.readonly']
    case 'role':
      return template.startsWith('/api/users') ? seeds['role'] : undefined
    case 'roleId':
      return seeds['role']
    case 'authConfig':
      return apiKeyConfig
    case 'policy':
      return { name: `conform ${unique}`, minLength: 12 }
    case 'precedence':
      return 1
    case 'organization':
      return template.includes('links') ? seeds['organization'] : undefined
    case 'source':
      return isRule ? 'costCenter' : undefined
    case 'destination':
      return isRule ? `attribute${random.below(2 ** 31)}` : undefined
    case 'direction':
      return isRule ? 'EXPORT' : undefined
    case 'sourceType':
      return isRule ? 'PATH' : undefined
    case 'deleteTranslationRuleObjectIds':
      return []
    case 'user_ids':
      return template.includes('suggestions') || template.includes('userstates') ? [seeds['user']] : undefined
    case 'groupIds':
      return []
    case 'users':
    case 'systemUserId':
    case 'userObjectId':
      return seeds['user']
    case 'state':
      return 'SUSPENDED'
    default:
      return undefined
  }
}

function edgeType(template: string): string | undefined {
  return template.startsWith('/api/v2') && !template.includes('{id}') ? targetAt(template) : undefined
}
