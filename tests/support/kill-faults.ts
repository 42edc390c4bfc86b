// The faults of a round: a busy lane of those of the network for each agent, which cost little, and one of those that take something down.
import { pause } from '@lockstep/kernel/retry'
import { type AgentPart, agentParts, type WayEnd } from './kill-agents.ts'
import { type KillWorld, type Part, parts } from './kill-world.ts'
import { createRandom, type Random } from './random.ts'

const networkFaults = [
  'connections cut',
  'answer cut',
  'request cut',
  'page cut',
  'network held',
  'network held and cut',
  'network slow',
  'nothing reached',
] as const
type NetworkFault = (typeof networkFaults)[number]

/** What can happen, as it is told at the end. */
export type Fault = NetworkFault | `${Part} killed` | 'disk full' | 'clock set' | 'domain controller restored'

/** How many faults a round has: of the network, and of those that take something down. */
interface FaultCounts {
  readonly network: number
  readonly kills: number
}

const longestRunMs = 2500
const longestOutageMs = 1500
const longestRestMs = 300
const longestHoldMs = 600
/** Until a connection is cut anyhow because nothing comes that could be cut within. */
const trapMs = 1000
const hourMs = 3_600_000
/** The first two are accepted by the hub, the others are not. */
const clockErrorsMs = [-200_000, 200_000, -400_000, 400_000, -24 * hourMs, 24 * 365 * hourMs] as const

interface FaultRun {
  readonly world: KillWorld
  readonly seed: number
  readonly counts: FaultCounts
  /** Called when a fault has happened. */
  readonly tell: (fault: Fault) => void
}

/** Makes all faults of a round; which and in what order the seed decides. */
export async function makeFaults(run: FaultRun): Promise<void> {
  const lanes = agentParts.map((part, index) => disturb(run, part, createRandom(run.seed + 500 + index)))
  await Promise.all([...lanes, breakDown(run, createRandom(run.seed + 600))])
}

/** Every second fault of the network is one of this agent's. */
async function disturb({ world, counts, tell }: FaultRun, part: AgentPart, random: Random): Promise<void> {
  for (let done = agentParts.indexOf(part); done < counts.network; done += agentParts.length) {
    await pause(random.below(longestRestMs))
    // The sync agent reads no pages.
    const fault = random.pick(
      part === 'import agent' ? networkFaults : networkFaults.filter((each) => each !== 'page cut'),
    )
    const end = fault === 'page cut' ? 'domain' : random.pick<WayEnd>(['hub', 'domain'])
    await disturbOnce({ world, random, part, end }, fault)
    tell(fault)
  }
}

interface Spot {
  readonly world: KillWorld
  readonly random: Random
  readonly part: AgentPart
  readonly end: WayEnd
}

async function disturbOnce({ world, random, part, end }: Spot, fault: NetworkFault): Promise<void> {
  const way = world.agents[part].ways[end]
  switch (fault) {
    case 'connections cut':
      return way.cut()
    case 'answer cut':
    case 'request cut': {
      const cut = way.cutWithin(fault === 'answer cut' ? 'answers' : 'requests', random.below(500))
      await Promise.race([cut, pause(trapMs)])
      way.spare()
      return way.cut()
    }
    case 'page cut': {
      const cut = way.cutWithin('answers', random.below(60_000), 4096)
      await world.onHub((hub) => hub.directories.readEverything(world.directoryId))
      await Promise.race([cut, pause(trapMs)])
      way.spare()
      return way.cut()
    }
    case 'network held':
    case 'network held and cut':
      way.hold()
      await pause(random.below(longestHoldMs))
      if (fault === 'network held and cut') way.cut()
      return way.release()
    case 'network slow':
      way.slow(1 + random.below(60))
      await pause(random.below(longestHoldMs))
      return way.slow(0)
    case 'nothing reached':
      await way.close()
      await pause(random.below(longestHoldMs))
      return way.open()
  }
}

/** Takes one or two parts down at a time at random moments and mends them after a random while. */
async function breakDown({ world, counts, tell }: FaultRun, random: Random): Promise<void> {
  for (let done = 0; done < counts.kills;) {
    await pause(random.below(longestRunMs))
    const faults = await breakOnce(world, random)
    for (const fault of faults) tell(fault)
    done += faults.length
  }
}

async function breakOnce(world: KillWorld, random: Random): Promise<readonly Fault[]> {
  const outageMs = random.below(longestOutageMs)
  const agent = world.agents[random.pick(agentParts)]
  const which = random.fraction()
  if (which < 0.15) {
    await agent.fillDisk()
    await pause(outageMs)
    await agent.emptyDisk()
    return ['disk full']
  }
  if (which < 0.3) {
    await agent.setClock(random.pick(clockErrorsMs))
    await pause(outageMs)
    await agent.setClock(0)
    return ['clock set']
  }
  const victims = pickVictims(random)
  for (const part of victims) await world.kill(part)
  await pause(outageMs)
  await Promise.all(victims.map((part) => world.restart(part)))
  return victims.map((part): Fault => `${part} killed`)
}

/** One or two; PostgreSQL before the hub, which has it as its child. */
function pickVictims(random: Random): readonly Part[] {
  const first = random.pick(parts)
  const second = random.pick(parts)
  const victims = random.chance(0.3) && second !== first ? [first, second] : [first]
  return victims.toSorted((a, b) => Number(a === 'hub') - Number(b === 'hub'))
}
