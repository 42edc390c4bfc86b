// Runs the benchmarks that are named, or all: `npm run bench -- create list import latency memory scale comparison crowd writes delegation passwords sign-ins scim scim-soak`.
// Figures are JSON lines on standard output; what goes on is told on standard error. Ends with 1 when a benchmark failed, not when a target
// was missed. `--turn-ms 1000` sets how long each turn of `scim` is, `--minutes 1` how long `scim-soak` takes.
import { parseArgs } from 'node:util'
import { benchComparison } from './comparison.ts'
import { benchCreate } from './create.ts'
import { benchCrowd } from './crowd.ts'
import { benchDelegation } from './delegation.ts'
import { benchImport } from './import.ts'
import { benchLatency } from './latency.ts'
import { benchList } from './list.ts'
import { benchPasswords } from './passwords.ts'
import { note } from './report.ts'
import { benchScale } from './scale.ts'
import { benchScim } from './scim.ts'
import { benchScimSoak } from './scim-soak.ts'
import { benchSignIns } from './sign-ins.ts'
import { benchWrites } from './writes.ts'

// Memory is what the others leave behind: after 10,000 creates, and with 10,000 imported users.
const { positionals: named, values } = parseArgs({
  allowPositionals: true,
  options: { 'turn-ms': { type: 'string', default: '1500' }, minutes: { type: 'string', default: '5' } },
})
const options = { turnMs: Number(values['turn-ms']), minutes: Number(values.minutes) }

const benches: Readonly<Record<string, readonly ((given: typeof options) => Promise<void>)[]>> = {
  create: [benchCreate],
  list: [benchList],
  import: [benchImport],
  latency: [benchLatency],
  memory: [benchList, benchImport],
  scale: [benchScale],
  comparison: [benchComparison],
  crowd: [benchCrowd],
  writes: [benchWrites],
  delegation: [benchDelegation],
  passwords: [benchPasswords],
  'sign-ins': [benchSignIns],
  scim: [benchScim],
  'scim-soak': [benchScimSoak],
}

const unknown = named.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  note(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
const wanted = named.length === 0 ? Object.keys(benches) : named
for (const bench of new Set(wanted.flatMap((name) => benches[name] ?? []))) {
  note(`${bench.name} …`)
  try {
    await bench(options)
  } catch (error) {
    note(`${bench.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exitCode = 1
  }
}
