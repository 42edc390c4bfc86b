// A browser in which a user finished signing in once keeps a sealed note of it. Whoever shows it tries that one account, whose own limits go
// on counting, and does not have to wait for what others behind the same address do.
import type { Clock } from '@lockstep/kernel/clock'
import type { Vault } from '../../platform/crypto/vault.ts'
import { VaultError } from '../../platform/crypto/vault-error.ts'

/** How long a browser is known after the last sign-in there. */
export const knownDeviceMs = 90 * 86_400_000

export interface KnownDevices {
  /** A note that this user signed in here, for the browser to keep. */
  note(userId: string): Promise<string>
  /** Whether a note says so of this user and is not too old; anything else that a browser sends is no note. */
  isOf(userId: string, note: string): Promise<boolean>
}

export function createKnownDevices({
  vault,
  clock,
}: {
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly clock: Clock
}): KnownDevices {
  const purpose = (userId: string): string => `users/${userId}/known-device`
  return {
    note: (userId) => vault.seal(purpose(userId), Buffer.from(clock.now().toISOString())),
    async isOf(userId, note) {
      try {
        const since = Date.parse((await vault.open(purpose(userId), note)).toString())
        return clock.now().getTime() < since + knownDeviceMs
      } catch (error) {
        if (error instanceof VaultError) return false
        throw error
      }
    },
  }
}
