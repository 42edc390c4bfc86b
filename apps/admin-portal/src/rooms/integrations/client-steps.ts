import type { ClientKind } from './client-kinds.ts'

/** A step in the client's own console, with what is copied into it. */
export interface ClientStep {
  readonly title: string
  readonly lines: readonly string[]
  readonly shows?: 'address-and-token'
}

const entra: readonly ClientStep[] = [
  {
    title: 'Make an enterprise application',
    lines: [
      'Sign in to the Microsoft Entra admin center as an application administrator; provisioning needs a P1 or P2 license.',
      'Choose Entra ID, Enterprise apps, New application, Create your own application.',
      'Give it a name, choose “Integrate any other application you don’t find in the gallery (Non-gallery)”, and Create.',
    ],
  },
  {
    title: 'Connect it',
    lines: [
      'In the application choose Provisioning, then Connect your application (or New configuration). Where the console still shows Provisioning Mode, set it to Automatic and open Admin Credentials.',
      'Copy these values into Tenant URL and Secret token. The ending ?aadOptscim062020 is not needed.',
      'Press Test Connection. Its request appears on this page. Then press Create (or Save).',
    ],
    shows: 'address-and-token',
  },
  {
    title: 'Map the user name and the e-mail address',
    lines: [
      'Choose Attribute mapping (or Mappings), Provision Microsoft Entra ID Users.',
      'userPrincipalName may stay mapped to userName: this integration takes the part before the @ as the username.',
      'Map mail, or userPrincipalName, to emails[type eq "work"].value. Everybody needs an e-mail address.',
      'Save. Groups may stay switched on; they and their members are provisioned too.',
    ],
  },
  {
    title: 'Assign and start',
    lines: [
      'Under Users and groups assign who is to be provisioned. Nested groups are not followed by Entra.',
      'On the Overview of Provisioning press Start provisioning (or set Provisioning Status to On and save).',
      'Entra works every 40 minutes. Provision on demand does one user at once, which is the quickest way to see it work.',
    ],
  },
]

const okta: readonly ClientStep[] = [
  {
    title: 'Make an app integration with SCIM',
    lines: [
      'In the Okta Admin Console choose Applications, Applications, Create App Integration, and SAML 2.0 or SWA; apps with OpenID Connect cannot have SCIM.',
      'On the tab General edit the App Settings, set Provisioning to SCIM, and Save. A tab Provisioning appears.',
    ],
  },
  {
    title: 'Connect it',
    lines: [
      'Choose Provisioning, Integration, Edit. Copy the address into SCIM connector base URL; Unique identifier field for users is userName.',
      'Under Supported provisioning actions choose Push New Users, Push Profile Updates and Push Groups.',
      'Set Authentication Mode to HTTP Header and copy the token into Authorization.',
      'Press Test Connector Configuration. Its request appears on this page. Then press Save.',
    ],
    shows: 'address-and-token',
  },
  {
    title: 'Let it create, update and deactivate',
    lines: [
      'Under Provisioning, To App, Edit: switch on Create Users, Update User Attributes and Deactivate Users, and Save.',
      'Switch on Sync Password only if this hub is to get passwords.',
      'The Okta username may be an e-mail address: this integration takes the part before the @ as the username.',
    ],
  },
  {
    title: 'Assign people and push groups',
    lines: [
      'On the tab Assignments assign people or groups. They are sent at once.',
      'On the tab Push Groups choose the groups that are to exist here, with their members. Use other groups for assigning than for pushing.',
    ],
  },
]

const google: readonly ClientStep[] = [
  {
    title: 'Choose a program in between',
    lines: [
      'Google Workspace provisions automatically only into apps of its own catalog, and none of them lets you name an address of your own.',
      'Use a program that reads the Google directory and speaks SCIM 2.0, or let an identity provider that is connected to Google provision from there.',
    ],
  },
  { title: 'Connect it', lines: ['Give it these values.'], shows: 'address-and-token' },
]

const onelogin: readonly ClientStep[] = [
  {
    title: 'Add a SCIM provisioner',
    lines: [
      'In the OneLogin administration choose Applications, Applications, Add App.',
      'Search for “SCIM Provisioner with SAML (SCIM v2 Enterprise)”, add it and Save.',
    ],
  },
  {
    title: 'Connect it',
    lines: [
      'On the tab Configuration copy these values into SCIM Base URL and SCIM Bearer Token.',
      'Press Enable under API Status, and Save. OneLogin’s requests appear on this page.',
    ],
    shows: 'address-and-token',
  },
  {
    title: 'Switch provisioning on',
    lines: [
      'On the tab Provisioning choose Enable provisioning. What is ticked under “Require admin approval” waits for somebody there.',
      'Choose what happens when users are deleted: Suspend keeps them here, Delete does what this integration does for deletions.',
      'Assign users by roles, under Access.',
    ],
  },
]

const jumpcloud: readonly ClientStep[] = [
  {
    title: 'Make a custom integration',
    lines: [
      'In the JumpCloud Admin Portal choose SSO Applications, Add New Application, Custom Application, and tick “Export users to this app (Identity Management)”.',
    ],
  },
  {
    title: 'Connect it',
    lines: [
      'On the tab Identity Management choose SCIM 2.0, and copy these values into Base URL and Token Key.',
      'Test User Email is an address that nobody here has: activating makes a test user and a test group, and deletes them.',
      'Press Test Connection, then Activate. The requests appear on this page.',
    ],
    shows: 'address-and-token',
  },
  {
    title: 'Connect user groups',
    lines: [
      'On the tab User Groups choose whose members are to be provisioned, and Save. Only active users are sent.',
      'Turn on management of user groups if the groups themselves are to exist here.',
    ],
  },
]

const generic: readonly ClientStep[] = [
  {
    title: 'Connect it',
    lines: [
      'The client sends the token with every request, as the header Authorization: Bearer TOKEN.',
      'Bodies are application/scim+json or application/json. GET /ServiceProviderConfig says what is supported.',
    ],
    shows: 'address-and-token',
  },
]

/** What is to be done in each client's console. */
export const clientSteps: Readonly<Record<ClientKind, readonly ClientStep[]>> = {
  entra,
  okta,
  google,
  onelogin,
  jumpcloud,
  generic,
}
