import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { UsageError } from './command.ts'

const programs = { IMPORT: 'import-agent', SYNC: 'sync-agent' } as const
type AgentKind = keyof typeof programs

/** How `lockstep agent …` is called, for the help. */
export const agentProgramHelp: readonly string[] = [
  '  lockstep agent doctor --config FILE [--json]',
  '      look whether an agent on this machine has all it needs, and say what puts right what is wrong',
  '  lockstep agent credentials --config FILE [--bind-dn DN] [--password-file FILE] [--ldap-ca FILE] …',
  '      give an agent another service account, password or authority; it takes them while it runs',
  '  lockstep agent service --config FILE [--user NAME] [--windows]',
  '      print how this machine keeps an agent running',
  '  lockstep agent enrol|run --kind import|sync …',
  '      what the programs import-agent and sync-agent do themselves',
]

/** Runs an agent's program with the words behind `lockstep agent`; answers its exit code. */
export async function runAgentProgram(words: readonly string[]): Promise<number> {
  const { kind, rest } = await kindOf(words)
  const program = fileURLToPath(new URL(`../../ad-agent/src/${programs[kind]}.ts`, import.meta.url))
  const child = spawn(process.execPath, [program, ...rest], { stdio: 'inherit' })
  // A signal from the terminal reaches both; the program decides when it ends.
  const ignore = (): void => undefined
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, ignore)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve(code ?? 1))
    })
  } finally {
    for (const signal of signals) process.off(signal, ignore)
  }
}

/** Said with `--kind`, or by the agent's file. */
async function kindOf(
  words: readonly string[],
): Promise<{ readonly kind: AgentKind; readonly rest: readonly string[] }> {
  const at = words.indexOf('--kind')
  if (at >= 0) {
    const word = words[at + 1]
    if (word !== 'import' && word !== 'sync') throw new UsageError('--kind is import or sync.')
    return { kind: word === 'import' ? 'IMPORT' : 'SYNC', rest: words.toSpliced(at, 2) }
  }
  const file = words[words.indexOf('--config') + 1]
  if (words.includes('--config') && file !== undefined) {
    const kind = await kindInFile(file)
    if (kind !== undefined) return { kind, rest: words }
  }
  throw new UsageError('Say which agent with --kind import or --kind sync, or name its file with --config.')
}

async function kindInFile(path: string): Promise<AgentKind | undefined> {
  try {
    const { kind } = JSON.parse(await readFile(path, 'utf8')) as { kind?: unknown }
    return kind === 'IMPORT' || kind === 'SYNC' ? kind : undefined
  } catch {
    // What is wrong with the file is told by the program, once it is known which.
    return undefined
  }
}
