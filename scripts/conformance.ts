// Drives every documented operation of JumpCloud's API against a running hub and prints what differs:
//
//   LOCKSTEP_API_KEY=KEY node scripts/conformance.ts http://127.0.0.1:8080
//
// It makes users, groups and domains; run it against a hub of your own.
import { runConformance } from '../tests/support/conformance.ts'

const [address] = process.argv.slice(2)
const key = process.env['LOCKSTEP_API_KEY']
if (address === undefined || key === undefined)
  throw new Error('LOCKSTEP_API_KEY=KEY node scripts/conformance.ts http://127.0.0.1:8080')

const { operations, checked, differences } = await runConformance(async (method, path, body) => {
  const reply = await fetch(new URL(path, address), {
    method,
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: reply.status, text: await reply.text() }
})
for (const difference of differences.filter((one) => !one.endsWith('| not implemented'))) console.log(difference)
const differing = new Set(differences.map((one) => one.split(' | ', 1)[0]))
console.log(`${operations} operations, ${checked} checked, ${differing.size} differ`)
