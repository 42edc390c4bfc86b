// Reads the change feed of a fixture, once what was written can be told.
import assert from 'node:assert/strict'
import type { Change, ChangePage } from '@lockstep/contract/hub/change'
import { systemActor } from '../../apps/server/src/directory/access/access.rules.ts'
import type { HubFixture } from '../hub-fixture.ts'

/** Whoever writes in these tests. */
export const origin = { actor: systemActor('test'), cause: { kind: 'demo' } } as const

/** A change in three words. */
export const brief = ({ kind, action, id }: Change): string => `${action} ${kind} ${id}`

export interface ChangeReader {
  page(query: string): Promise<ChangePage>
  /** Makes a user and answers the id. */
  make(username: string): Promise<string>
  /** Reads from a query until nothing more is there. */
  readAll(query: string, limit?: number): Promise<{ readonly items: readonly Change[]; readonly next: string }>
  /** Resolves once all that was written can be told: a transaction of any database of the server holds the feed back. */
  settled(): Promise<void>
  /** A cursor behind everything that was written. */
  nowSettled(query?: string): Promise<string>
  /** What was written since. */
  readSettled(since: string, query?: string): Promise<ChangePage>
}

export function changeReader(hub: HubFixture): ChangeReader {
  const page = async (query: string): Promise<ChangePage> => {
    const { status, body } = await hub.call<ChangePage>(`GET changes?${query}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body
  }
  const settled = async (): Promise<void> => {
    for (;;) {
      const [row] = await hub.database.query<{ isHeld: boolean }>({
        text: `select exists (select from journal where xid >= pg_snapshot_xmin(pg_current_snapshot())) as "isHeld"`,
      })
      if (row?.isHeld === false) return
    }
  }
  return {
    page,
    settled,
    make: async (username) => (await hub.users.create(origin, { username, email: `${username}@example.com` })).id,
    async readAll(query, limit = 200) {
      const items: Change[] = []
      let { next, more, items: found } = await page(`${query}&limit=${limit}`)
      for (;;) {
        assert.ok(found.length <= limit)
        assert.equal(new Set(found.map(({ kind, id }) => `${kind} ${id}`)).size, found.length, 'each thing once a page')
        items.push(...found)
        if (!more) return { items, next }
        ;({ next, more, items: found } = await page(`since=${next}&limit=${limit}`))
      }
    },
    async nowSettled(query = '') {
      await settled()
      return (await page(`since=now${query}`)).next
    },
    async readSettled(since, query = '') {
      await settled()
      const read = await page(`since=${since}&limit=1000${query}`)
      assert.deepEqual([read.more, read.listing], [false, false])
      return read
    },
  }
}
