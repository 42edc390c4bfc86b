import type { UserDetail } from '@lockstep/contract/hub/user'

const endless = '9999'

/** The lock of the domain that has authority over the password; `until` is missing where only an administrator ends it. */
export function outsideLockOf(
  { fields }: Pick<UserDetail, 'fields'>,
  now: Date,
): { readonly until: string | undefined } | undefined {
  const until = fields['external_locked_until']
  if (typeof until !== 'string' || !(Date.parse(until) > now.getTime())) return undefined
  return { until: until.startsWith(endless) ? undefined : until }
}
