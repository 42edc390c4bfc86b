import type { UserAccount } from '@lockstep/contract/hub/user'
import { counted } from '../../words/words.ts'
import type { Disconnection } from './disconnect-many.tsx'

interface TiedUser {
  readonly id: string
  /** How the user hangs together with the domain; undefined when not at all. */
  readonly tie: UserAccount['tie'] | undefined
}

/** What disconnecting the chosen users means for each kind of them. */
export function userDisconnection(users: readonly TiedUser[], domain: string): Disconnection {
  const of = (...ties: TiedUser['tie'][]): readonly TiedUser[] => users.filter(({ tie }) => ties.includes(tie))
  const bound = of('bound')
  const [byGroup, imported, loose] = [of('group'), of('imported'), of('released', undefined)]
  const lines: readonly (readonly [number, string])[] = [
    [
      bound.length,
      `disconnected: an account that this hub made is disabled in ${domain} and not deleted, any other is left as it is; the user stays here as they are. Connecting again takes the account back.`,
    ],
    [
      byGroup.length,
      `connected through a group and left as they are: take them out of the group, or disconnect the group.`,
    ],
    [imported.length, `from ${domain} itself and left as they are: take them out of the integration group there.`],
    [loose.length, 'not connected any more and left as they are.'],
  ]
  return { ids: bound.map(({ id }) => id), effects: sentences(lines, 'user') }
}

interface TiedGroup {
  readonly id: string
  readonly isFromDomain: boolean
}

/** What disconnecting the chosen groups means for each kind of them. */
export function groupDisconnection(groups: readonly TiedGroup[], domain: string): Disconnection {
  const bound = groups.filter(({ isFromDomain }) => !isFromDomain)
  const lines: readonly (readonly [number, string])[] = [
    [
      bound.length,
      `disconnected: ${domain} keeps the group, which no longer follows this hub. Members who are connected through nothing else lose their connection: an account that this hub made is disabled and not deleted.`,
    ],
    [
      groups.length - bound.length,
      `from ${domain} itself and left as they are: take them out of the integration group there.`,
    ],
  ]
  return { ids: bound.map(({ id }) => id), effects: sentences(lines, 'group') }
}

function sentences(lines: readonly (readonly [number, string])[], noun: string): readonly string[] {
  return lines.flatMap(([count, text]) =>
    count === 0 ? [] : [`${counted(count, noun)} ${count === 1 ? 'is' : 'are'} ${text}`],
  )
}
