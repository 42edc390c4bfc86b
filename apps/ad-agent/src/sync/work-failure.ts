import type { WorkFailure } from '@lockstep/contract/agents/protocol'
import { DirectoryError } from '@lockstep/ldap/directory-error'

/** Why the agent itself refuses work, before or instead of Active Directory. */
export type RefusalKind = keyof typeof refusals

const refusals = {
  object_missing: {
    message: 'The object is not in the domain any more, or the service account may not see it.',
    remedy:
      'Try again now to have the account of a user of the hub made anew. Else the hub lets go of it when the import agent has seen the deletion.',
  },
  made_unread: {
    message: 'The object was made, but the domain controller does not show it yet.',
    remedy: 'Check that the service account may read what it makes. It is tried again by itself.',
  },
  name_collision: {
    message: 'Another object of the domain has this account name already.',
    remedy:
      'Choose another username, of at most 20 characters if the existing account is to be taken over, or rename that account.',
  },
  group_collision: {
    message: 'The domain has a group or another object of this name that must not be taken over.',
    remedy: 'Rename the group in the hub, or move the existing group below the root container.',
  },
  protected_account: {
    message: 'The account is protected (adminCount = 1): Active Directory removes delegated rights from it.',
    remedy: 'Change it in Active Directory, or take it out of the privileged groups and clear adminCount.',
  },
  protected_group: {
    message: 'The group is built in or protected and is never written.',
    remedy: 'Change it in Active Directory, or choose another group.',
  },
  outside_root: {
    message: 'The object lies outside the root container of the domain.',
    remedy: 'Move it below the root container, or change the root container in the settings of the domain.',
  },
  takeover_outside_root: {
    message:
      'An account of this name exists already, outside the root container of the domain, and is not taken over there.',
    remedy: 'Move that account below the root container to have it taken over, or choose another username.',
  },
  move_right: {
    message:
      'The service account may not move the account to the container that the rules of the domain say; everything else was written.',
    remedy:
      'Let the service account delete users below the root container (Active Directory asks for that right to move one), or leave existing accounts where they are in the settings of the domain.',
  },
  container_missing: {
    message: 'The container in which the account belongs is not in the domain, or the service account may not see it.',
    remedy: 'Make the container, or correct the rules for containers in the settings of the domain.',
  },
  takeover_protected: {
    message: 'An account of this name exists already, is protected (adminCount = 1), and is not taken over.',
    remedy: 'Choose another username, or take that account out of the privileged groups and clear adminCount.',
  },
  wrong_class: {
    message: 'The object is of another kind than the hub expects.',
    remedy: 'Remove the tie between the two in the hub.',
  },
  password_policy: {
    message: 'Active Directory refused the password: it does not meet the password policy of the domain.',
    remedy:
      'Choose another password, or change what the domain demands (length, complexity, history, minimum age) and try again.',
  },
  password_right: {
    message: 'The service account may not set the password of this account.',
    remedy: 'Delegate the right Reset Password on the container to the service account and try again.',
  },
  password_expires: {
    message: 'The password was set, but Active Directory demands another one at the next sign-in.',
    remedy: 'Let the service account write pwdLastSet (Unexpire Password on the domain) and try again.',
  },
  password_sealed: {
    message: 'The password that came was not sealed for this agent, this account and this revision, so it is not set.',
    remedy: 'Set the password again.',
  },
  state_unreadable: {
    message: 'The service account may not read userAccountControl, so the state of the account is not known.',
    remedy: 'Let the service account read all attributes of users below the root container.',
  },
  manager_missing: {
    message: 'The manager is not in the domain any more; everything else was written.',
    remedy: 'Name another manager in the hub.',
  },
  member_missing: {
    message: 'A member to be added is not in the domain any more.',
    remedy: 'Check whether the account was deleted.',
  },
} as const

const retryableRefusals: ReadonlySet<RefusalKind> = new Set<RefusalKind>([
  'made_unread',
  'manager_missing',
  'member_missing',
])

/** Work that the agent refuses; becomes the failure of its outcome. */
export class WorkRefusal extends Error {
  override readonly name = 'WorkRefusal'
  readonly failure: WorkFailure

  constructor(kind: RefusalKind, cause?: DirectoryError) {
    super(refusals[kind].message)
    this.failure = {
      kind,
      ...refusals[kind],
      ...(cause === undefined ? {} : codeOf(cause)),
      retryable: retryableRefusals.has(kind),
    }
  }
}

/** A failure as the hub is told it, with Active Directory's own code where there is one. */
export function failureOf(error: unknown): WorkFailure {
  if (error instanceof WorkRefusal) return error.failure
  if (error instanceof DirectoryError) {
    const { kind, message, remedy, retryable } = error
    return { kind, ...codeOf(error), message: `The agent ${message}`, remedy, retryable }
  }
  const message = error instanceof Error ? error.message : String(error)
  const remedy = 'This is a fault of the agent. Its log has more; please report it.'
  return { kind: 'internal', message: message.slice(0, 2000), remedy, retryable: false }
}

function codeOf({ adCode, resultCode }: DirectoryError): Pick<WorkFailure, 'code'> {
  const code = adCode ?? resultCode?.toString()
  return code === undefined ? {} : { code }
}
