// What tells that Microsoft Entra Connect works on a domain too: the accounts that its set-up makes (MSOL_ and AAD_ with hexadecimal digits,
// the computer account AZUREADSSOACC$, the service account of cloud sync), and the anchor that it writes to users.
import type { ReadObject } from '@lockstep/contract/agents/protocol'
import type { DirectoryWarning } from '@lockstep/contract/hub/directory'
import type { EntraSigns } from './domain.rules.ts'

const accountNames =
  /^(MSOL_[0-9a-f]{6,}|AAD_[0-9a-f]{6,}|AZUREADSSOACC\$|ADToAADSyncServiceAccount\$|provAgentgMSA\$)$/i
const anchorName = 'mS-DS-ConsistencyGuid'
const keptNames = 20

/** The signs with those of some more objects; null while there are none. */
export function withEntraSigns(before: EntraSigns | null, objects: readonly ReadObject[]): EntraSigns | null {
  const accounts = new Set(before?.accounts ?? [])
  let anchors = before?.anchors ?? false
  for (const { deleted, attributes, unreadable } of objects) {
    if (deleted) continue
    const name = attributes['sAMAccountName']?.[0]
    if (name !== undefined && accounts.size < keptNames && accountNames.test(name)) accounts.add(name)
    // The anchor is sixteen bytes, which are seldom a text.
    if ((attributes[anchorName]?.length ?? 0) > 0 || unreadable?.includes(anchorName) === true) anchors = true
  }
  return accounts.size === 0 && !anchors ? null : { accounts: [...accounts].toSorted(), anchors }
}

/** The signs in words. */
export function entraWarning(signs: EntraSigns): DirectoryWarning {
  const { accounts, anchors } = signs
  const found = [
    ...(accounts.length === 0 ? [] : [`the accounts of its set-up (${accounts.join(', ')})`]),
    ...(anchors ? [`objects with its anchor (${anchorName})`] : []),
  ]
  return {
    code: 'entra_connect',
    detail: `Microsoft Entra Connect seems to synchronize this domain too: it has ${found.join(' and ')}.`,
    remedy:
      'Let one of the two write passwords and account states to Entra ID, never both: do not also provision the same users to Entra ID or Microsoft 365 from here.',
  }
}
