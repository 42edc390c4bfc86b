import type { MyDirectories } from '@lockstep/contract/portal/directory'
import type {
  ForgottenPassword,
  LinkPassword,
  LinkToken,
  PasswordCandidate,
  PasswordChange,
  PasswordFacts,
  PasswordLinkFacts,
  PasswordVerdict,
} from '@lockstep/contract/portal/password'
import type { Profile, ProfileUpdate } from '@lockstep/contract/portal/profile'
import type {
  AuthenticatorConfirmation,
  AuthenticatorSecret,
  Passkey,
  PasskeyOptions,
  PasskeyRegistered,
  PasskeyRegistration,
  PasskeyRename,
  PresentPassword,
  UserRecoveryCodes,
  UserSecondFactor,
} from '@lockstep/contract/portal/second-factor'
import type {
  PortalSession,
  PortalSessionList,
  PortalSignIn,
  SecondFactorAnswer,
} from '@lockstep/contract/portal/session'
import { createHubRequest, type HubRequest, type HubRequestOptions } from './hub-request.ts'

type Signal = AbortSignal | undefined

const at = (path: string): string => `/portal/v1/${path}`
const one = (path: string, id: string): string => `${at(path)}/${encodeURIComponent(id)}`

function sessionCalls(request: HubRequest) {
  return {
    get: (signal?: Signal) => request<PortalSession>('GET', at('session'), { signal }),
    signIn: (body: PortalSignIn) => request<PortalSession>('POST', at('session'), { body }),
    answerSecondFactor: (body: SecondFactorAnswer) =>
      request<PortalSession>('POST', at('session/second-factor'), { body }),
    signOut: () => request<void>('DELETE', at('session')),
    list: (signal?: Signal) => request<PortalSessionList>('GET', at('sessions'), { signal }),
    end: (id: string) => request<void>('DELETE', one('sessions', id)),
    /** Every session of the user, the one that asks included. */
    endAll: () => request<void>('DELETE', at('sessions')),
  }
}

function passwordCalls(request: HubRequest) {
  return {
    get: (signal?: Signal) => request<PasswordFacts>('GET', at('password'), { signal }),
    change: (body: PasswordChange) => request<PortalSession>('PUT', at('password'), { body }),
    check: (body: PasswordCandidate, signal?: Signal) =>
      request<PasswordVerdict>('POST', at('password/check'), { body, signal }),
    forgotten: (body: ForgottenPassword) => request<void>('POST', at('forgotten-password'), { body }),
    lookAtLink: (body: LinkToken, signal?: Signal) =>
      request<PasswordLinkFacts>('POST', at('password-link/look'), { body, signal }),
    setByLink: (body: LinkPassword) => request<void>('POST', at('password-link'), { body }),
  }
}

function activationCalls(request: HubRequest) {
  return {
    look: (body: LinkToken, signal?: Signal) =>
      request<PasswordLinkFacts>('POST', at('activation/look'), { body, signal }),
    activate: (body: LinkPassword) => request<PortalSession>('POST', at('activation'), { body }),
  }
}

function secondFactorCalls(request: HubRequest) {
  const authenticator = at('second-factor/authenticator')
  const passkeys = 'second-factor/passkeys'
  return {
    get: (signal?: Signal) => request<UserSecondFactor>('GET', at('second-factor'), { signal }),
    enrolAuthenticator: (body: PresentPassword) => request<AuthenticatorSecret>('POST', authenticator, { body }),
    confirmAuthenticator: (body: AuthenticatorConfirmation) =>
      request<UserRecoveryCodes>('PUT', authenticator, { body }),
    removeAuthenticator: (body: PresentPassword) => request<void>('POST', `${authenticator}/removal`, { body }),
    renewRecoveryCodes: (body: PresentPassword) =>
      request<UserRecoveryCodes>('POST', at('second-factor/recovery-codes'), { body }),
    passkeyOptions: (body: PresentPassword) => request<PasskeyOptions>('POST', at(`${passkeys}/options`), { body }),
    registerPasskey: (body: PasskeyRegistration) => request<PasskeyRegistered>('POST', at(passkeys), { body }),
    renamePasskey: (id: string, body: PasskeyRename) => request<Passkey>('PATCH', one(passkeys, id), { body }),
    removePasskey: (id: string, body: PresentPassword) =>
      request<void>('POST', `${one(passkeys, id)}/removal`, { body }),
  }
}

/** The calls of the portal of users under `/portal/v1`; each throws HubError when the hub refuses or does not answer. */
export function createPortalClient(options: Omit<HubRequestOptions, 'apiKey'>) {
  const request = createHubRequest(options)
  return {
    session: sessionCalls(request),
    activation: activationCalls(request),
    password: passwordCalls(request),
    profile: {
      get: (signal?: Signal) => request<Profile>('GET', at('profile'), { signal }),
      update: (body: ProfileUpdate) => request<Profile>('PATCH', at('profile'), { body }),
    },
    directories: (signal?: Signal) => request<MyDirectories>('GET', at('directories'), { signal }),
    secondFactor: secondFactorCalls(request),
  }
}

/** The calls of the portal of users. */
export type PortalClient = ReturnType<typeof createPortalClient>
