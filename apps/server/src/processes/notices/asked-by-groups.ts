// Whom groups ask for a second factor. The demand may begin with the group's setting or with a membership, however that came about, so it is
// looked for in what is stored: driven by the clock, each user is told once.
import { systemActor } from '../../directory/access/access.rules.ts'
import type { NoticeCauseOptions } from './notice-cause.ts'
import * as store from './notice.store.ts'
import { tellOfDemand } from './user-notice-causes.ts'

/** What began longer ago is no news; shorter than mails are kept, so that a mail that was sent is still known. */
const newsMs = 7 * 86_400_000
const usersAtOnce = 100
const actor = systemActor('mail room')

/** Queues the mails that are due by now; answers how many users were looked at for one. */
export async function tellAskedByGroups(options: NoticeCauseOptions): Promise<number> {
  const { database, clock, mailSettings, users } = options
  if (!(await mailSettings.read(actor)).tellsAskedUsers) return 0
  const since = new Date(clock.now().getTime() - newsMs)
  let count = 0
  for (let after: store.AskedMember = { groupId: '', userId: '' }; ;) {
    const asked = await store.listAskedByGroups(database, { since, after, limit: usersAtOnce })
    const untold = await users.findMany([...new Set(asked.map(({ userId }) => userId))])
    if (untold.length > 0)
      await database.transaction(async (transaction) => {
        for (const user of untold) await tellOfDemand(options, transaction, { user, cause: 'groups' })
      })
    count += untold.length
    const last = asked.at(-1)
    if (last === undefined || asked.length < usersAtOnce) return count
    after = last
  }
}
