import { roleId, roleName } from '../../directory/access/role.rules.ts'
import type { ServiceAccount } from '../../directory/access/service-account.service.ts'

type Credential = ServiceAccount['credentials'][number]

const dayMs = 86_400_000
/** From how long before its end a credential is said to be ending. */
const expiringMs = 7 * dayMs
const authTypes = { api_key: 'API_KEY', client_secret: 'CLIENT_SECRET' } as const

/**
 * A service account as version 2 shows it; it lasts as long as the last of its credentials. Its status knows no word for a disabled one,
 * whose keys are refused: it is shown as expired.
 */
export function renderServiceAccount(
  account: ServiceAccount,
  { organizationId, now }: { readonly organizationId: string; readonly now: Date },
) {
  const { id, name, created, credentials } = account
  const last = credentials.toSorted((a, b) => b.expires.getTime() - a.expires.getTime())[0]
  return {
    objectId: id,
    name,
    orgId: organizationId,
    orgCount: 1,
    roleId: roleId(account),
    roleName: roleName(account),
    authType: last === undefined ? 'AUTH_TYPE_UNSPECIFIED' : authTypes[last.kind],
    createdAt: created.toISOString(),
    ...(last === undefined ? {} : { expiresAt: last.expires.toISOString() }),
    status: last === undefined || account.disabled !== null ? 'EXPIRED' : statusOf(last, now),
    authConfigList: credentials.map((credential) => renderAuthConfig(credential, now)),
  }
}

/** A key or a client secret; the secret itself only in the answer that made it. */
export function renderAuthConfig(credential: Credential, now: Date, secret?: string) {
  const { id, kind, clientId, prefix, created, expires, lifetimeDays } = credential
  const shared = {
    objectId: id,
    createdAt: created.toISOString(),
    createdBy: {
      id: credential.createdById,
      name: credential.createdByName,
      type: credential.createdByKind === 'service_account' ? 'SERVICE_ACCOUNT' : 'ADMIN',
    },
    expiresAt: expires.toISOString(),
    lifetime: `${lifetimeDays} Days`,
    status: statusOf(credential, now),
  }
  if (kind === 'api_key') {
    const apiKeyConfig = { ...shared, apiKeyPrefix: prefix, ...(secret === undefined ? {} : { apiKey: secret }) }
    return { authType: authTypes[kind], apiKeyConfig }
  }
  const clientSecretConfig = { ...shared, clientId, ...(secret === undefined ? {} : { clientSecret: secret }) }
  return { authType: authTypes[kind], clientSecretConfig }
}

function statusOf({ expires }: Credential, now: Date): 'ACTIVE' | 'EXPIRING' | 'EXPIRED' {
  if (now >= expires) return 'EXPIRED'
  return expires.getTime() - now.getTime() < expiringMs ? 'EXPIRING' : 'ACTIVE'
}
