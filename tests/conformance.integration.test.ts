// Every operation of JumpCloud's published descriptions, asked for validly and invalidly; answers are held against the descriptions. What
// differs is committed in tests/expected/conformance.txt.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runConformance } from './support/conformance.ts'
import { assertExpectedFile } from './support/expected-file.ts'
import { json } from './support/http-call.ts'
import { type HubInProcess, startHubInProcess } from './support/hub-in-process.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: false })
})
after(() => hub.stop())

test(
  'every documented operation answers as it is described, apart from what is listed',
  { timeout: 600_000 },
  async (context) => {
    const { operations, checked, differences } = await runConformance((method, path, body) =>
      hub.call({ method, path, ...(body === undefined ? {} : json(body)) }),
    )
    const differing = new Set(differences.map((one) => one.split(' | ', 1)[0]))
    context.diagnostic(`${operations} operations, ${checked} checked, ${differing.size} differ`)
    assert.equal(operations, 843)
    await assertExpectedFile('conformance.txt', differences.toSorted())
  },
)
