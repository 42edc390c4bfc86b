import type { DirectoryProblem } from '@lockstep/contract/hub/directory'
import type { DirectoryResolution, ResolutionCreate } from '@lockstep/contract/hub/directory-change'

/** Repeated here, because the contract's list would bring its schemas into the page. */
export const resolvable: readonly string[] = [
  'username_taken',
  'username_in_other_directory',
  'email_taken',
  'group_name_taken',
]

interface ResolutionChoice {
  readonly action: ResolutionCreate['action']
  readonly label: string
  readonly effect: string
}

/** True for a clash that an administrator can decide here. */
export function isResolvable({ code }: Pick<DirectoryProblem, 'code'>): boolean {
  return resolvable.includes(code)
}

/** The ways in which a clash can end. Two accounts of one domain are two people, so those are never one user. */
export function resolutionChoices(
  problem: Pick<DirectoryProblem, 'code' | 'userId' | 'groupId'>,
): readonly ResolutionChoice[] {
  const isGroup = problem.code === 'group_name_taken'
  const isMergeable = problem.code !== 'username_taken' && (isGroup ? problem.groupId : problem.userId) !== undefined
  return [
    ...(isMergeable
      ? [
          isGroup
            ? ({
                action: 'merge',
                label: 'They are the same group',
                effect: 'The group here becomes that of the domain too; members of both stay members.',
              } as const)
            : ({
                action: 'merge',
                label: 'They are the same person',
                effect: 'The account becomes that of the user here, who keeps everything that they have.',
              } as const),
        ]
      : []),
    {
      action: 'rename',
      label: isGroup
        ? 'They are two groups: import it under another name'
        : 'They are two people: import under another name',
      effect: 'The other name holds here only; nothing changes in the domain.',
    },
    { action: 'ignore', label: 'Leave it out', effect: 'It is not imported, and stands in this list no more.' },
  ]
}

/** What another name can be given for, what clashes first. */
export function renameFields({
  code,
}: Pick<DirectoryProblem, 'code'>): readonly ('username' | 'email' | 'groupName')[] {
  if (code === 'group_name_taken') return ['groupName']
  return code === 'email_taken' ? ['email', 'username'] : ['username', 'email']
}

/** The decision as the hub takes it; undefined when a name is missing. */
export function resolutionOf(
  action: ResolutionCreate['action'],
  names: { readonly username: string; readonly email: string; readonly groupName: string },
): ResolutionCreate | undefined {
  if (action !== 'rename') return { action }
  const given = Object.entries(names).flatMap(([field, text]) =>
    text.trim() === '' ? [] : [[field, text.trim()] as const],
  )
  return given.length === 0 ? undefined : { action, ...Object.fromEntries(given) }
}

/** A decision as a sentence's end: "imported as anna2". */
export function resolutionText({ action, username, email, groupName }: DirectoryResolution): string {
  if (action === 'ignore') return 'left out'
  if (action === 'merge') return 'made one with the one here'
  return `imported as ${[username, email, groupName].filter((name) => name !== undefined).join(', ')}`
}
