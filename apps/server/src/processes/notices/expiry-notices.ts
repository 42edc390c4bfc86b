// Passwords that are about to expire: told by the hub, also where a directory has the authority over them, unless a domain validates them
// and tells by itself. Driven by the clock from the stored dates; each day that the organization chose is told once for each expiry.
import { systemActor } from '../../directory/access/access.rules.ts'
import { listExpiring, passwordExpiry } from '../../directory/users/expiring-users.service.ts'
import type { NoticeCauseOptions } from './notice-cause.ts'
import { tellOfExpiry } from './user-notice-causes.ts'

const dayMs = 86_400_000
const usersAtOnce = 500
const actor = systemActor('mail room')

/** Queues the mails that are due by now. */
export async function remindOfExpiry(options: NoticeCauseOptions): Promise<void> {
  const { database, clock, mailSettings } = options
  const chosen = (await mailSettings.read(actor)).expiryNoticeDays.toSorted((a, b) => a - b)
  const longest = chosen.at(-1)
  if (longest === undefined) return
  const from = clock.now()
  const until = new Date(from.getTime() + longest * dayMs)
  for (let afterId = ''; ;) {
    const users = await listExpiring(database, { from, until, afterId, limit: usersAtOnce })
    for (const user of users) {
      const expires = passwordExpiry(user)
      if (expires === undefined) continue
      // Whoever was missed for a while is told of the nearest day alone.
      const days = chosen.find((each) => expires.getTime() - from.getTime() <= each * dayMs)
      if (days === undefined) continue
      await database.transaction((transaction) => tellOfExpiry(options, transaction, { user, expires, days }))
    }
    const last = users.at(-1)
    if (last === undefined || users.length < usersAtOnce) return
    afterId = last.id
  }
}
