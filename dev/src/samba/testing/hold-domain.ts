// Starts a domain (options as JSON in the first argument), prints its process number and holds it until it is killed.
import { startDomainController } from '../domain-controller.ts'
import type { DomainControllerOptions } from '../domain-controller.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as Omit<DomainControllerOptions, 'log'>
const domain = await startDomainController({ ...options, log: () => {} })
process.stdout.write(`${JSON.stringify({ pid: domain.pid, address: domain.address })}\n`)
setInterval(() => {}, 60_000)
