import type { HubClient } from '@lockstep/client/hub-client'
import type { DirectoryAgent, DirectoryRow } from '@lockstep/contract/hub/directory'
import type { AgentLogRow } from '@lockstep/contract/hub/directory-agent'
import { type Command, type Outcome, UsageError } from './command.ts'
import { type Column, plainText, tableLines } from './table.ts'

const columns: readonly Column<DirectoryAgent>[] = [
  { heading: 'KIND', text: ({ kind }) => kind.toLowerCase() },
  { heading: 'HOST', text: ({ hostname }) => hostname ?? '' },
  { heading: 'STATE', text: ({ state, primary }) => (primary ? `${state}, primary` : state) },
  { heading: 'HEALTH', text: ({ health }) => `${health.light}: ${health.reason}` },
  { heading: 'VERSION', text: ({ version, warnings }) => `${version ?? ''}${warnings.length > 0 ? ' (!)' : ''}` },
  { heading: 'LAST CONTACT', text: ({ contactAt }) => contactAt ?? '' },
  { heading: 'ID', text: ({ id }) => id },
]

/** How long the hub waits for a log line. */
const waitMs = 5000

/** What administrators do with agents from afar; `lockstep agent` is for the machine where one runs. */
export const agentsCommands: readonly Command[] = [
  {
    name: 'agents list',
    operands: ['directory'],
    options: [],
    summary: 'list the agents of a directory; DIRECTORY is an id or a name',
    async run(hub, [directory = '']) {
      const { agents } = await hub.directories.get((await directoryOf(hub, directory)).id)
      const warnings = agents.flatMap((agent) => agent.warnings.map((text) => `${agent.hostname ?? agent.id}: ${text}`))
      return { value: { items: agents }, lines: [...tableLines(agents, columns), ...warnings.map(plainText)] }
    },
  },
  {
    name: 'agents create',
    operands: ['directory', 'import|sync'],
    options: [],
    summary: 'make an agent of a directory and show its connect key, once',
    run: createAgent,
  },
  {
    name: 'agents log',
    operands: ['directory', 'agent'],
    options: [],
    flags: ['follow'],
    summary: 'show the last lines of an agent’s log; --follow goes on with what comes',
    run: showLog,
  },
  changing('agents make-primary', 'let this agent work and the others of its kind stand by', { primary: true }),
  changing('agents pause', 'let an agent rest; changes wait', { paused: true }),
  changing('agents resume', 'let a paused agent work again', { paused: false }),
  {
    name: 'agents delete',
    operands: ['directory', 'agent'],
    options: [],
    summary: 'refuse an agent from now on; its service on its machine stays',
    async run(hub, [directory = '', agent = '']) {
      const { id } = await directoryOf(hub, directory)
      await hub.directories.removeAgent(id, agent)
      return { value: { id: agent }, lines: ['The agent is refused from now on. Remove its service from its machine.'] }
    },
  },
]

function changing(
  name: string,
  summary: string,
  update: Parameters<HubClient['directories']['updateAgent']>[2],
): Command {
  return {
    name,
    operands: ['directory', 'agent'],
    options: [],
    summary,
    async run(hub, [directory = '', agent = '']) {
      const { id } = await directoryOf(hub, directory)
      const changed = await hub.directories.updateAgent(id, agent, update)
      return { value: changed, lines: tableLines([changed], columns) }
    },
  }
}

async function directoryOf(hub: HubClient, text: string): Promise<DirectoryRow> {
  const { items } = await hub.directories.list()
  const wanted = text.toLowerCase()
  const found = items.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted)
  if (found === undefined) throw new Error(`There is no directory "${plainText(text)}".`)
  return found
}

async function createAgent(hub: HubClient, [directory = '', kind = '']: readonly string[]): Promise<Outcome> {
  if (kind !== 'import' && kind !== 'sync') throw new UsageError('The kind of an agent is import or sync.')
  const found = await directoryOf(hub, directory)
  const made = await hub.directories.addAgent(found.id, { kind: kind === 'import' ? 'IMPORT' : 'SYNC' })
  const until = made.agent.connectKeyExpires
  return {
    value: made,
    lines: [`agent       ${made.agent.id}`, `connect key ${made.connectKey}`],
    note: `The key is shown this once${until === undefined ? '' : ` and may be used until ${until}`}.`,
  }
}

async function showLog(
  hub: HubClient,
  [directory = '', agent = '']: readonly string[],
  { follow }: { readonly follow?: boolean },
  print: (line: string) => void,
): Promise<Outcome> {
  const { id } = await directoryOf(hub, directory)
  const log = await hub.directories.agentLog(id, agent, { waitMs })
  const note = 'No line came: the agent is away, or older than its hub.'
  if (follow !== true) return { value: log, lines: log.items.map(logLine), ...(log.items.length === 0 ? { note } : {}) }
  log.items.map(logLine).forEach(print)
  for (let after = log.next; ;) {
    const { items, next } = await hub.directories.agentLog(id, agent, { after, waitMs })
    items.map(logLine).forEach(print)
    after = next
  }
}

function logLine({ at, level, message, fields }: AgentLogRow): string {
  const facts = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)
  return plainText([at, level.padEnd(5), message, ...facts].join(' '))
}
