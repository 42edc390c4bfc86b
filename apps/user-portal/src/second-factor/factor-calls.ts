import { hub } from '../hub/hub.ts'

/** What setting up an authenticator asks of the hub. */
export const authenticatorCalls = {
  begin: (password: string) => hub.secondFactor.enrolAuthenticator({ password }),
  confirm: async (code: string) => (await hub.secondFactor.confirmAuthenticator({ code })).recoveryCodes,
}
