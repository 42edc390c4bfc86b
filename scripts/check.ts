// `npm run check`: format, lint, types, layers, dead code, tidiness and unit tests; no servers. `-- --fix` formats first,
// `-- --fast` stops after format, lint and types.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { checkSteps, fastSteps } from './check-steps.ts'
import { runSteps } from './steps.ts'

const { values } = parseArgs({
  options: { fix: { type: 'boolean', default: false }, fast: { type: 'boolean', default: false } },
})
const started = performance.now()
const steps = values.fast ? fastSteps(values.fix) : checkSteps(values.fix)
const writers = values.fix ? steps.slice(0, 1) : []
let { failed } = await runSteps(writers, 1) // first, and alone: the other steps read what it writes
failed += (await runSteps(steps.slice(writers.length), Math.max(2, availableParallelism()))).failed
console.log(`check took ${((performance.now() - started) / 1000).toFixed(1)} s`)
process.exitCode = failed > 0 ? 1 : 0
