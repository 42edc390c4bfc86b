import type { ImportLease } from '@lockstep/contract/agents/protocol'
import { pause } from '@lockstep/kernel/retry'
import { Patience } from '../agent/patience.ts'
import type { AgentContext } from '../agent/program.ts'
import { agentVersion } from '../agent/version.ts'
import { followDomain } from './follow-domain.ts'
import { askLease, LeaseKeeper } from './lease-keeper.ts'

/** How soon a domain controller that did not answer is tried again. */
const unreachableMs = 1000

/** The life of an import agent: asks for the lease and, while it has it, reads the domain. Resolves after `stop`. */
export async function runImport(context: AgentContext): Promise<void> {
  const { stop, log, directory, timing } = context
  const patience = new Patience(timing, log)
  let role = ''
  while (!stop.aborted) {
    try {
      const { reachable, error } = await directory.check()
      const lease = await askLease(context, agentVersion, stop)
      if (reachable) context.onRunning(lease.settings)
      if (lease.role !== role) log.info('The hub assigned a role', { role: lease.role, epoch: lease.epoch })
      role = lease.role
      if (!reachable) {
        log.warn('The domain controller does not answer', { error })
        await pause(Math.min(unreachableMs, lease.leaseMs / 3), stop)
      } else if (lease.role === 'primary') {
        await servePrimary(context, lease, () => patience.recovered())
      } else {
        patience.recovered()
        await pause(lease.leaseMs / 3, stop)
      }
    } catch (error) {
      await patience.after(error, stop)
    }
  }
}

async function servePrimary(context: AgentContext, lease: ImportLease, onWorking: () => void): Promise<void> {
  await using keeper = new LeaseKeeper(context, agentVersion, lease)
  try {
    await followDomain(context, keeper, lease, onWorking)
  } catch (error) {
    // What was under way when the lease ended was broken off on purpose.
    if (!keeper.ended.aborted) throw error
  }
}
