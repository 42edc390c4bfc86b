// A use case that takes a second connection while it holds one stops the whole hub as soon as as many clients call it as the pool has
// connections: all hold one and wait for another. With a pool of one connection the first call shows it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Answer, Call } from './support/http-call.ts'
import { type HubInProcess, startHubInProcess } from './support/hub-in-process.ts'
import { createRandom } from './support/random.ts'
import { partsOf, requestOf } from './support/route-requests.ts'
import { type SeededObjects, seedObjects } from './support/seeded-objects.ts'
import { signedCall } from './support/signed-call.ts'

let hub: HubInProcess
const random = createRandom(1)
const callsPerRoute = 10

before(async () => {
  hub = await startHubInProcess({ background: false, poolSize: 1 })
})
after(() => hub.stop())

function send(call: Call, scheme: string, agent: SeededObjects['syncAgent']): Promise<Answer> {
  return scheme === 'agent' ? hub.caller.call(signedCall(agent, call)) : hub.call(call)
}

test('no route needs a second connection while it holds one', { timeout: 800_000 }, async () => {
  const faults: string[] = []
  for (const route of hub.routes) {
    const seeded = await seedObjects(hub)
    for (let turn = 0; turn < callsPerRoute; turn += 1) {
      const call = requestOf(route, partsOf(route, { random, seeded, minimal: turn % 2 === 0 }))
      const agent = route.path.includes('import') ? seeded.importAgent : seeded.syncAgent
      const { status } = await send(call, route.access.scheme, agent)
      // 501 is what the hub does not offer, said at once.
      if (status >= 500 && status !== 501) faults.push(`${route.method} ${route.path}: ${status}`)
    }
  }
  assert.deepEqual([...new Set(faults)], [])
})
