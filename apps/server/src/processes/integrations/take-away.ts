import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { type HeldKind, readFurther, toFurther } from '../../directory/users/further-attributes.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'

/** What is done to a user on behalf of an integration. */
export interface Taking {
  readonly user: User
  readonly kind: HeldKind
  readonly integration: { readonly id: string; readonly onDelete: 'delete' | 'suspend' }
}

/** Suspends or deletes a user as the integration is set up to; nothing of the user is held for it any more. Refuses with `revision_changed`. */
export async function takeAway(
  users: Pick<UserService, 'change' | 'remove'>,
  origin: ChangeOrigin,
  { user, kind, integration }: Taking,
): Promise<void> {
  if (kind === 'delete' && integration.onDelete === 'delete') {
    await users.remove(origin, user.id, { cascadeManager: null, revision: user.revision })
    return
  }
  const kept = withoutHeld(readFurther(user.further), integration.id)
  const further = toFurther(kind === 'delete' ? { ...kept, removedBy: integration.id } : kept)
  const change = { input: { suspended: true }, set: { further }, revision: user.revision }
  await users.change(origin, user.id, { ...change, authorityId: integration.id })
}

/** What is kept with a user, without what is held for an integration. */
export function withoutHeld<T extends ReturnType<typeof readFurther>>(kept: T, integrationId: string): T {
  const { [integrationId]: _mine, ...held } = kept.held ?? {}
  return { ...kept, held }
}
