import type { Queryable } from '../../platform/db/database.ts'

/** One decision about an integration after the other: two at once would each count without the other. */
export async function lockDecisions(db: Queryable, integrationId: string): Promise<void> {
  await db.query({
    name: 'takeaway-lock-decisions',
    text: `select from pg_advisory_xact_lock(hashtextextended('integration takeaways ' || $1, 0))`,
    values: [integrationId],
  })
}
