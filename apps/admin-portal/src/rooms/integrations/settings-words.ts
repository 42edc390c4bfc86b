import type { IntegrationRow } from '@lockstep/contract/hub/integration'

export interface Option<V extends string = string> {
  readonly value: V
  readonly label: string
}

/** Every value of a setting with its words, in this order. */
function options<V extends string>(labels: Readonly<Record<V, string>>): readonly Option<V>[] {
  return (Object.entries(labels) as [V, string][]).map(([value, label]) => ({ value, label }))
}

export const profiles = options<IntegrationRow['profile']>({
  lenient: 'Leniently, as most clients do',
  strict: 'Strictly by the standard',
  entra: 'As Microsoft Entra ID',
  okta: 'As Okta',
  jumpcloud: 'As JumpCloud',
  google: 'As Google Workspace',
  onelogin: 'As OneLogin',
})

export const usernameRules = options<IntegrationRow['usernameRule']>({
  as_sent: 'The user name as it is sent',
  before_at: 'What stands before the @ of the user name',
  email_before_at: 'What stands before the @ of the e-mail address',
})

export const emailRules = options<IntegrationRow['emailRule']>({
  primary: 'The primary address, else that of work, else the first',
  work: 'The address of work, else the primary, else the first',
  user_name: 'The user name, which is an address',
})

export const defaultStates = options<IntegrationRow['defaultState']>({
  ACTIVATED: 'Active at once',
  STAGED: 'Staged, until somebody activates them',
})

export const onDeactivate = options<IntegrationRow['onDeactivate']>({
  suspend: 'Suspends the user',
  ignore: 'Does nothing here',
})

export const onDelete = options<IntegrationRow['onDelete']>({
  delete: 'Deletes the user',
  suspend: 'Suspends and keeps the user',
})

export const takeoverBy = options<IntegrationRow['takeoverBy'][number]>({
  userName: 'User name',
  email: 'E-mail address',
  externalId: 'Outside id, under which any integration knows them',
})

export const takeoverOf = options<IntegrationRow['takeoverOf']>({
  unowned: 'Nobody whom another integration made or a directory manages',
  everybody: 'Everybody',
})

export const guards = options<IntegrationRow['guard']>({
  hold: 'Beyond the limit, wait for a person',
  refuse: 'Beyond the limit, are refused',
  off: 'Are done without asking',
})

export const transforms: Readonly<Record<string, string>> = {
  lower: 'in lower case',
  upper: 'in upper case',
  trim: 'without blanks around',
  before_at: 'what stands before the @',
  after_at: 'what stands after the @',
  digits: 'digits only',
}
