import type { IntegrationCreate, IntegrationRow } from '@lockstep/contract/hub/integration'

export const clientKindNames = ['entra', 'okta', 'google', 'onelogin', 'jumpcloud', 'generic'] as const
export type ClientKind = (typeof clientKindNames)[number]

interface ClientKindFacts {
  readonly label: string
  /** What the choice means, in a line. */
  readonly detail: string
  readonly profile: IntegrationRow['profile']
  /** What suits such a client from the beginning. */
  readonly settings: Partial<IntegrationCreate>
}

/** The programs that provision users, as the wizard offers them. */
export const clientKinds: Readonly<Record<ClientKind, ClientKindFacts>> = {
  entra: {
    label: 'Microsoft Entra ID',
    detail: 'An enterprise application provisions assigned users and groups every 40 minutes.',
    profile: 'entra',
    settings: { usernameRule: 'before_at' },
  },
  okta: {
    label: 'Okta',
    detail: 'A SAML or SWA app with SCIM provisioning sends users at once, groups by Push Groups.',
    profile: 'okta',
    settings: { usernameRule: 'before_at' },
  },
  google: {
    label: 'Google Workspace',
    detail: 'Google provisions only into apps of its own catalog; a program in between is needed.',
    profile: 'google',
    settings: { usernameRule: 'before_at' },
  },
  onelogin: {
    label: 'OneLogin',
    detail: 'A SCIM provisioner app sends users and groups.',
    profile: 'onelogin',
    settings: { usernameRule: 'before_at' },
  },
  jumpcloud: {
    label: 'JumpCloud',
    detail: 'A custom SCIM integration sends the members of connected user groups.',
    profile: 'jumpcloud',
    settings: {},
  },
  generic: {
    label: 'Another SCIM 2.0 client',
    detail: 'A script or program that speaks SCIM 2.0; small mistakes are forgiven.',
    profile: 'lenient',
    settings: {},
  },
}

/** The kind of client that speaks in a way. */
export const kindOfProfile: Readonly<Record<IntegrationRow['profile'], ClientKind>> = {
  entra: 'entra',
  okta: 'okta',
  google: 'google',
  onelogin: 'onelogin',
  jumpcloud: 'jumpcloud',
  lenient: 'generic',
  strict: 'generic',
}

/** A kind by its name in an address; undefined for what is none. */
export function clientKindOf(name: string | undefined): ClientKind | undefined {
  return clientKindNames.find((each) => each === name)
}

/** What kind of client an integration serves, in words. */
export function clientWords({ builtIn, profile }: Pick<IntegrationRow, 'builtIn' | 'profile'>): string {
  if (builtIn) return 'API keys of administrators'
  if (profile === 'lenient') return 'SCIM 2.0, lenient'
  if (profile === 'strict') return 'SCIM 2.0, strict'
  return clientKinds[kindOfProfile[profile]].label
}
