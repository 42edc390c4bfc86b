import assert from 'node:assert/strict'
import type { ReadObject } from '@lockstep/contract/agents/protocol'
import type { Comparison, DifferenceRow } from '@lockstep/contract/hub/comparison'
import { systemClock } from '@lockstep/kernel/clock'
import { createJournalService } from '../apps/server/src/directory/journal/journal.service.ts'
import { type ComparisonService, createComparisonService } from '../apps/server/src/processes/ad/comparison.service.ts'
import { type ComparisonWork, createComparisonWork } from '../apps/server/src/processes/ad/comparison-work.ts'
import { type DomainFixture, origin } from './domain-fixture.ts'

/** Comparing a domain of the fixture, with the reads made by hand. */
export interface ComparisonFixture {
  readonly domain: DomainFixture
  readonly comparisons: ComparisonService
  readonly work: ComparisonWork
  /** Begins a comparison, reads the domain as an agent would, and compares. */
  compare(objects: readonly ReadObject[]): Promise<Comparison>
  rows(comparison: Comparison): Promise<readonly DifferenceRow[]>
  run(): Promise<void>
}

export async function comparisonFixture(domain: DomainFixture): Promise<ComparisonFixture> {
  const { database, plans, importer } = domain
  const clock = systemClock
  const needs = {
    database,
    clock,
    plans,
    importer,
    announce: () => {},
    journal: createJournalService({ database, clock }),
  }
  const comparisons = createComparisonService(needs)
  const work = createComparisonWork(needs)
  await database.execute({
    text: `update ad_agents set public_key = 'x', contact_at = now(), directory_reachable = true where id = $1`,
    values: [domain.importAgent.id],
  })
  const run = async (): Promise<void> => {
    while (await work.work());
  }
  return {
    ...{ domain, comparisons, work, run },
    async compare(objects) {
      const { id } = await comparisons.start(origin, domain.domain.id)
      await run()
      const key = { directoryId: domain.domain.id, comparisonId: id }
      assert.equal((await comparisons.get(origin.actor, key)).state, 'reading')
      await domain.full(objects)
      await run()
      return comparisons.get(origin.actor, key)
    },
    async rows({ id, directoryId }) {
      return (await comparisons.differences(origin.actor, { directoryId, comparisonId: id }, { limit: 200 })).items
    },
  }
}
