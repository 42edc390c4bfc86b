// Whom groups ask for a second factor. The demand may begin with the group's setting or with a membership, however that came about, so it is
// looked for in what is stored: driven by the clock, each user is told once.
import { systemActor } from '../../directory/access/access.rules.ts'
import type { NoticeCauseOptions } from './notice-cause.ts'
import * as store from './notice.store.ts'
import { tellOfDemand } from './user-notice-causes.ts'

/** What began longer ago is no news; shorter than mails are kept, so that a mail that was sent is still known. */
const newsMs = 7 * 86_400_000
const usersAtOnce = 500
const actor = systemActor('mail room')

/** Queues the mails that are due by now; answers how many users were looked at for one. */
export async function tellAskedByGroups(options: NoticeCauseOptions): Promise<number> {
  const { database, clock, factors, mailSettings, users } = options
  if (!(await mailSettings.read(actor)).tellsAskedUsers) return 0
  const since = new Date(clock.now().getTime() - newsMs)
  let count = 0
  for (let afterId = ''; ;) {
    const ids = await factors.listAskedByGroups({ since, afterId, limit: usersAtOnce })
    const told = await store.findRecipients(database, { ids, kind: 'user_second_factor_asked' })
    const untold = await users.findMany(ids.filter((id) => !told.has(id)))
    for (const user of untold)
      await database.transaction((transaction) => tellOfDemand(options, transaction, { user, cause: 'groups' }))
    count += untold.length
    const last = ids.at(-1)
    if (last === undefined || ids.length < usersAtOnce) return count
    afterId = last
  }
}
