// Agents that say what a test tells them to, for what needs no domain: they speak the agents' protocol with a real hub.
import { AgentClient, enrolAgent } from '@lockstep/client/agent-client'
import { newAgentKeys } from '@lockstep/client/agent-keys'
import type { ReadObject, WorkReply, WorkReport, WorkReportReply } from '@lockstep/contract/agents/protocol'
import { createSealingKeys } from '@lockstep/contract/agents/sealed-password'
import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import { systemClock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'

export interface ScriptedAgent extends Disposable {
  /** Takes the import lease and hands in a complete read of these objects. */
  read(objects: readonly ReadObject[]): Promise<void>
  /** What the hub wants written now. */
  work(): Promise<WorkReply>
  report(report: WorkReport): Promise<WorkReportReply | undefined>
}

interface ScriptedAgentOptions {
  readonly hubUrl: string
  readonly connectKey: string
  readonly kind: DirectoryAgent['kind']
  readonly hostname: string
}

const version = '0.1.0'
const directory = { reachable: true, dnsHostName: 'dc1.corp.example' }

/** Spends a connect key. */
export async function enrolScriptedAgent(options: ScriptedAgentOptions): Promise<ScriptedAgent> {
  const { hubUrl, connectKey, kind, hostname } = options
  const { privateKey, publicKey } = newAgentKeys()
  const { publicKey: sealingKey } = await createSealingKeys()
  const address = { url: hubUrl }
  const { agentId } = await enrolAgent(address, { connectKey, publicKey, sealingKey, kind, hostname, version })
  const client = new AgentClient(address, { agentId, privateKey })
  return {
    async read(objects) {
      const { epoch } = await client.importLease({ hostname, version, directory })
      await client.postRead({
        ...{ epoch, kind: 'full', readId: newId(systemClock.now().getTime()), first: true },
        objects: [...objects],
        end: { cookie: 'AA==', objectCount: objects.length },
      })
    },
    work: () => client.requestWork({ hostname, version, waitMs: 5_000, maxItems: 50, directory }),
    report: (report) => client.reportWork(report),
    [Symbol.dispose]: () => client.close(),
  }
}
