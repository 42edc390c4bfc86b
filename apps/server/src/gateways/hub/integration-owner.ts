import type { Actor } from '@lockstep/contract/access'
import type { IntegrationOwner } from '@lockstep/contract/hub/integration'
import type { JsonObject } from '@lockstep/kernel/json'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import { readFurther } from '../../directory/users/further-attributes.rules.ts'

export type Owners = Pick<IntegrationService, 'find'>

/** The integration that owns a user or group, for those who may see integrations; what one that is gone made is nobody's. */
export async function ownerOf(
  integrations: Owners,
  actor: Actor,
  { further }: { readonly further?: JsonObject | null },
): Promise<IntegrationOwner | undefined> {
  const { madeBy } = readFurther(further)
  if (madeBy === undefined || !actor.permissions.has('integrations.read')) return undefined
  const owner = await integrations.find(madeBy)
  return owner === undefined ? undefined : { id: owner.id, name: owner.name }
}
