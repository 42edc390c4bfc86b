// A reporter of node:test that writes the run's totals as one line of JSON, for the closing line of `npm test`.
import type { TestEvent } from 'node:test/reporters'

export interface TestCounts {
  readonly passed: number
  readonly failed: number
}

/** Yields one line when the whole run is over; summaries of single files carry the file's name and are left out. */
export default async function* countsReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:summary' || event.data.file !== undefined) continue
    const { tests, passed, skipped, todo } = event.data.counts
    yield JSON.stringify({ passed, failed: tests - passed - skipped - todo } satisfies TestCounts)
  }
}
