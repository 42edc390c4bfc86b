import { toldApart } from '../../directory/access/administrator-name.rules.ts'
import type { AdministratorDetail } from '../../directory/access/administrator-detail.service.ts'
import { roleId, roleName } from '../../directory/access/role.rules.ts'

/** An administrator as version 1 shows a user of its console (`userreturn`). */
export function renderAdministrator(detail: AdministratorDetail, organizationId: string) {
  const { id, created, passwordUpdated, secondFactorSince, sessionCount, newestKey } = detail
  return {
    _id: id,
    ...rendered(detail),
    created: created.toISOString(),
    disableIntroduction: true,
    id,
    isEnterprise: false,
    organization: organizationId,
    passwordUpdatedAt: (passwordUpdated ?? created).toISOString(),
    provider: null,
    sessionCount,
    totpEnrolled: secondFactorSince !== null,
    ...(secondFactorSince === null ? {} : { totpUpdatedAt: secondFactorSince.toISOString() }),
    ...(newestKey === undefined ? {} : { apiKeyUpdatedAt: newestKey.created.toISOString() }),
  }
}

/** An administrator as version 2 shows one. */
export function renderAdministratorV2(detail: AdministratorDetail) {
  const { id, suspended, hasPassword } = detail
  return { id, ...rendered(detail), registered: hasPassword, organizationAccessTotal: suspended ? 0 : 1 }
}

function rendered(detail: AdministratorDetail) {
  const { apiKeysAllowed, newestKey, email, usesSecondFactor, suspended } = detail
  const [role, name] = [roleId(detail), roleName(detail)]
  return {
    apiKeyAllowed: apiKeysAllowed,
    ...(newestKey === undefined ? {} : { apiKeyHash: keyHashOf(newestKey) }),
    apiKeySet: newestKey !== undefined,
    email,
    enableMultiFactor: usesSecondFactor,
    ...toldApart(detail),
    role,
    roleName: name,
    roleNames: [name],
    roles: [role],
    suspended,
  }
}

function keyHashOf({ created, expires, prefix }: NonNullable<AdministratorDetail['newestKey']>) {
  return {
    createdAt: created.toISOString(),
    ...(expires === null ? {} : { expireAt: expires.toISOString() }),
    prefix,
  }
}
