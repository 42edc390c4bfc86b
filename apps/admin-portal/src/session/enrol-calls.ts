import { hub } from '../hub/hub.ts'

/** What setting up the own second factor asks of the hub. */
export const enrolCalls = {
  begin: (password: string) => hub.session.secondFactor.enrol({ password }),
  confirm: async (code: string) => (await hub.session.secondFactor.confirm({ code })).recoveryCodes,
}
