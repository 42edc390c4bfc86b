// What the hub gives the agent to do, in its order. While the agent works through a full batch and little of it is left, the next one is
// asked for, so that the domain controller does not wait for the hub.
import type { WorkItem, WorkReply } from '@lockstep/contract/agents/protocol'

/** Items of work taken at one time: they are done well before their lease ends. */
export const batchItems = 100
/** So many take longer to write than the hub takes to answer. */
const fewItems = 40

/** What the hub answered, and for how long it counts. */
export interface Batch {
  readonly reply: WorkReply
  /** True when the lease of its items is over: what was not begun may be another agent's by now, and newer there. */
  readonly isOver: () => boolean
}

/** An item and the answer that it came with. */
export interface GivenWork extends Batch {
  readonly item: WorkItem
}

/**
 * The items of a batch and of those that follow it, while there are more and `ask` asks for them. Rejects when a question failed, after what
 * was given before it; leaving the loop early waits for the answer to a question under way, so that the next question does not overtake it.
 */
export async function* supplyWork(
  first: Batch,
  ask: () => Promise<Batch | undefined>,
): AsyncGenerator<GivenWork, void, void> {
  let batch: Batch | undefined = first
  let asking: Promise<Batch | undefined> | undefined
  try {
    while (batch !== undefined) {
      const { items, mayHoldWork } = batch.reply
      // Fewer than were asked for are all that there were.
      const asksAt = mayHoldWork === true && items.length >= batchItems ? items.length - fewItems : undefined
      for (const [index, item] of items.entries()) {
        if (index === asksAt) {
          asking = ask()
          // A failure is told once the items in hand are begun.
          asking.catch(() => undefined)
        }
        yield { ...batch, item }
      }
      batch = await asking
      asking = undefined
    }
  } finally {
    await asking?.catch(() => undefined)
  }
}

/** Says when a lease is over by either clock: one of them stands still while a machine sleeps, the other may be set. */
export function createLease(leaseMs = Number.POSITIVE_INFINITY): () => boolean {
  const [began, beganAt] = [performance.now(), Date.now()]
  // The hub counts from before it answered.
  const lastMs = leaseMs * 0.8
  return () => performance.now() - began > lastMs || Date.now() - beganAt > lastMs
}
