// Whose a user or group is: the integration's that made it or took it over. Others change it only when its owner lets them.
import { AppError } from '@lockstep/contract/app-error'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import type { Caller } from './scim-request.ts'
import { quoted } from './scim-refusal.ts'

export type Owners = Pick<IntegrationService, 'find'>

/** Whether the caller may change what an integration made. Administrators with keys could do the same in the portal, and may. */
export async function mayChange(
  owners: Owners,
  { actor, integration }: Caller,
  madeBy: string | undefined,
): Promise<boolean> {
  return madeBy === undefined || (await refusingOwner(owners, { actor, integration }, madeBy)) === undefined
}

/** Refuses with `owned_elsewhere` what another integration made and keeps to itself. */
export async function requireOwn(
  owners: Owners,
  caller: Caller,
  { madeBy, name }: { readonly madeBy: string | undefined; readonly name: string },
): Promise<void> {
  const owner = madeBy === undefined ? undefined : await refusingOwner(owners, caller, madeBy)
  if (owner !== undefined)
    throw new AppError('owned_elsewhere', {
      detail: `${quoted(name)} belongs to the integration ${quoted(owner)}, which does not let others change it.`,
    })
}

async function refusingOwner(
  owners: Owners,
  { actor, integration }: Pick<Caller, 'actor' | 'integration'>,
  madeBy: string,
): Promise<string | undefined> {
  if (madeBy === integration.id || integration.builtIn || actor.kind !== 'integration') return undefined
  // Of an integration that is gone, what it made is nobody's.
  const owner = await owners.find(madeBy)
  return owner === undefined || owner.othersMayChange ? undefined : owner.name
}
