// What of a client's ways is tolerated. The engine is the same for all of them; a profile switches these and nothing else.

/** The switches. */
export interface ClientProfile {
  readonly name: 'lenient' | 'strict' | 'entra' | 'okta' | 'jumpcloud' | 'google' | 'onelogin'
  /** `"True"` is a boolean, numbers may be text, a word without quotes is text in a filter. */
  readonly coerces: boolean
  /** `add` on `emails[type eq "work"].value` makes the element when there is none. */
  readonly createsOnAdd: boolean
  /** `replace` does so too, and what is absent need not be there to be replaced. */
  readonly createsOnReplace: boolean
  /** `remove` of what is not there succeeds, and its `value` says which elements go. */
  readonly removesLoosely: boolean
  /** A complex attribute may be sent as its bare value, or as a list of one. */
  readonly unwraps: boolean
  /** Attributes and schemas that nobody knows are left aside, and so is what only the hub may set within a whole object. */
  readonly ignoresUnknown: boolean
  /** Keys of an operation without path may be paths: `name.givenName`. */
  readonly dottedKeys: boolean
  /** References, countries and languages are checked, and missing members are refused. */
  readonly checksValues: boolean
  /** Whether a change of a group answers the group. */
  readonly showsChangedGroups: boolean
  /** A replacement that says nothing about `active` or e-mail addresses leaves them. */
  readonly keepsUnnamed: boolean
}

const tolerant: Omit<ClientProfile, 'name'> = {
  coerces: true,
  createsOnAdd: true,
  createsOnReplace: false,
  removesLoosely: true,
  unwraps: true,
  ignoresUnknown: true,
  dottedKeys: true,
  checksValues: false,
  showsChangedGroups: false,
  keepsUnnamed: true,
}

const profiles: Readonly<Record<ClientProfile['name'], ClientProfile>> = {
  lenient: { name: 'lenient', ...tolerant },
  entra: { name: 'entra', ...tolerant, createsOnReplace: true },
  okta: { name: 'okta', ...tolerant, showsChangedGroups: true },
  jumpcloud: { name: 'jumpcloud', ...tolerant },
  google: { name: 'google', ...tolerant },
  onelogin: { name: 'onelogin', ...tolerant },
  strict: {
    name: 'strict',
    coerces: false,
    createsOnAdd: false,
    createsOnReplace: false,
    removesLoosely: false,
    unwraps: false,
    ignoresUnknown: false,
    dottedKeys: false,
    checksValues: true,
    showsChangedGroups: true,
    keepsUnnamed: false,
  },
}

/** The switches of a profile. */
export function profileOf(name: ClientProfile['name']): ClientProfile {
  return profiles[name]
}
