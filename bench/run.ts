// Runs the benchmarks that are named, or all: `npm run bench -- create list import latency memory`. Figures are JSON lines on standard
// output; what goes on is told on standard error. Ends with 1 when a benchmark failed, not when a target was missed.
import { benchCreate } from './create.ts'
import { note } from './report.ts'

const benches: Readonly<Record<string, () => Promise<void>>> = {
  create: benchCreate,
}

const named = process.argv.slice(2)
const unknown = named.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  note(`There is no benchmark ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
for (const [name, bench] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue
  note(`${name} …`)
  try {
    await bench()
  } catch (error) {
    note(`${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    process.exitCode = 1
  }
}
