import { createSealingKeys, type SealingKeys } from '@lockstep/contract/agents/sealed-password'
import type { AgentClient } from '@lockstep/client/agent-client'
import { type AgentFile, AgentFileError, replaceAgentFile } from './agent-file.ts'
import type { AgentLog } from './log.ts'
import { Patience } from './patience.ts'
import type { Timing } from './timing.ts'

/**
 * The keys of an agent's file; an earlier version's has none, so they are made and put there. Where the file cannot be written they last
 * as long as the program, and what was sealed for them goes with them.
 */
export async function sealingKeysOf(configFile: string, file: AgentFile, log: AgentLog): Promise<SealingKeys> {
  if (file.sealing !== undefined) return file.sealing
  const sealing = await createSealingKeys()
  try {
    await replaceAgentFile(configFile, { ...file, sealing })
  } catch (error) {
    if (!(error instanceof AgentFileError)) throw error
    log.warn('The sealing key cannot be kept: passwords on their way here are lost when the agent ends', {
      error: error.message,
      remedy: 'Run the command credentials once as somebody who may write the file.',
    })
  }
  return sealing
}

/** Tells the hub the key, as often as it takes; what the hub has already it takes for nothing. Resolves when it is told or after `stop`. */
export async function publishSealingKey(
  hub: Pick<AgentClient, 'publishSealingKey'>,
  { publicKey }: SealingKeys,
  { log, timing, stop }: { readonly log: AgentLog; readonly timing: Timing; readonly stop: AbortSignal },
): Promise<void> {
  const patience = new Patience(timing, log)
  while (!stop.aborted) {
    try {
      await hub.publishSealingKey({ sealingKey: publicKey }, { signal: stop })
      return
    } catch (error) {
      await patience.after(error, stop)
    }
  }
}
