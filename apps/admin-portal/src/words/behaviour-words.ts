interface Choice {
  readonly value: string
  readonly label: string
  /** What then happens to people, as a sentence. */
  readonly effect: string
}

interface BehaviourQuestion {
  readonly field: 'dissociation' | 'takeover' | 'disable' | 'expire' | 'usernameFrom'
  readonly question: string
  readonly choices: readonly Choice[]
}

/** The settings of a domain as questions with plain answers. */
export const behaviourQuestions: readonly BehaviourQuestion[] = [
  {
    field: 'dissociation',
    question: 'When somebody leaves the integration group or is deleted in Active Directory',
    choices: [
      {
        value: 'suspend',
        label: 'Suspend the user',
        effect: 'They lose access everywhere and can be brought back at any time.',
      },
      {
        value: 'unbind',
        label: 'Unbind the user',
        effect: 'They keep their access, and this hub manages them from then on.',
      },
      { value: 'remove', label: 'Delete the user', effect: 'They are removed from this hub for good.' },
    ],
  },
  {
    field: 'takeover',
    question: 'When an account from Active Directory matches a user who exists here already',
    choices: [
      {
        value: 'retain',
        label: 'Keep the user’s state and password',
        effect: 'The person notices nothing; Active Directory manages the fields from then on.',
      },
      {
        value: 'deactivate',
        label: 'Deactivate the user until a new password is set',
        effect: 'The person has to activate the account again.',
      },
    ],
  },
  {
    field: 'disable',
    question: 'When an account is disabled in Active Directory',
    choices: [
      {
        value: 'suspend',
        label: 'Suspend the user',
        effect: 'They lose access everywhere; enabling the account brings it back.',
      },
      {
        value: 'unbind',
        label: 'Unbind the user',
        effect: 'They keep their access, and this hub manages them from then on.',
      },
      { value: 'remove', label: 'Delete the user', effect: 'They are removed from this hub for good.' },
      {
        value: 'nothing',
        label: 'Do nothing',
        effect: 'They keep their access although Active Directory has disabled them.',
      },
    ],
  },
  {
    field: 'expire',
    question: 'When an account expires in Active Directory',
    choices: [
      {
        value: 'expire',
        label: 'Expire the password',
        effect: 'They must set a new password before they can sign in.',
      },
      { value: 'suspend', label: 'Suspend the user', effect: 'They lose access everywhere until the date is moved.' },
      { value: 'nothing', label: 'Do nothing', effect: 'They keep their access.' },
    ],
  },
  {
    field: 'usernameFrom',
    question: 'Where usernames come from',
    choices: [
      { value: 'sAMAccountName', label: 'The short logon name (sAMAccountName)', effect: 'For instance anna.mueller.' },
      {
        value: 'userPrincipalName',
        label: 'The long logon name (userPrincipalName)',
        effect: 'For instance anna.mueller@corp.example.',
      },
    ],
  },
]
