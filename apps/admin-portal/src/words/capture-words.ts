import type { DirectoryBehaviour } from '@lockstep/contract/hub/directory'

type CaptureWay = DirectoryBehaviour['passwordCapture'][number]

interface CaptureWords {
  readonly way: CaptureWay
  readonly label: string
  /** Where it runs, and what of the password is kept. */
  readonly effect: string
}

/** The ways by which passwords of a domain are captured, in the order in which they are offered and stored. */
export const captureWords: readonly CaptureWords[] = [
  {
    way: 'reversible',
    label: 'The encrypted password that Samba keeps',
    effect:
      'Runs on a Samba domain controller that encrypts passwords for a GPG key of the agent. The password comes here sealed and is hashed at once: only the hash is kept. It is set in the other domains of the user too.',
  },
  {
    way: 'nt_hash',
    label: 'A hash over the NT hash',
    effect:
      'Runs on any Samba domain controller. The agent computes argon2id over the NT hash, which never leaves it: only that is kept, until the first sign-in replaces it. Other domains of the user wait for that sign-in.',
  },
  {
    way: 'filter',
    label: 'A password filter',
    effect:
      'Runs on every writable domain controller where a filter speaks to the agent, such as on Windows. The password comes here sealed and is hashed at once: only the hash is kept. It is set in the other domains of the user too.',
  },
]
