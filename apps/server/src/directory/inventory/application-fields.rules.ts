// The fields of an application by their JumpCloud v1 names, with the values of a new one. Source: `application` and `sso` of v1.
import type { JsonObject } from '@lockstep/kernel/json'

/** A new application's fields but those with columns of their own. */
export const initialApplication: JsonObject = {
  active: true,
  aiReady: false,
  beta: false,
  color: '',
  config: {},
  databaseAttributes: [],
  description: '',
  displayLabel: '',
  learnMore: '',
  logo: null,
  parentApp: '',
  sso: { beta: false, hidden: false, jit: false, type: '' },
  ssoUrl: '',
}
