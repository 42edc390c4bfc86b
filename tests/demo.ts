// Runs `npm run demo` as its users do, and asks hub and domain about what they hold.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectDirectory } from '@lockstep/ldap/directory-client'
import { escapeFilterValue } from '@lockstep/ldap/escape'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { runCommand } from '../dev/src/samba/run-command.ts'

const script = fileURLToPath(new URL('../dev/src/demo.ts', import.meta.url))

/** What `--write` puts into the file. */
export interface DemoReport {
  readonly hub: string
  readonly adminEmail: string
  readonly adminPassword: string
  readonly apiKey: string
  readonly ldapUrl: string
  readonly ldapCaFile: string
  readonly baseDn: string
  readonly usersDn: string
  readonly integrationGroupDn: string
  readonly domainAdmin: string
  readonly domainAdminPassword: string
  readonly mailUrl: string
  readonly pids: Readonly<Record<'hub' | 'importAgent' | 'syncAgent' | 'domainController', number>>
}

/** A demo that is ready. */
export interface RunningDemo {
  readonly pid: number
  readonly reportFile: string
  readonly output: () => string
  /** As the file says now. */
  report(): Promise<DemoReport>
  /** Ends it as Ctrl-C does and gives its exit code. */
  stop(): Promise<number | null>
}

/** Starts a demo and waits for its ready line; rejects with its output when it ends instead. */
export async function startDemo(...args: readonly string[]): Promise<RunningDemo> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-demo-'))
  const reportFile = join(folder, 'demo.json')
  const child = spawn(process.execPath, [script, '--write', reportFile, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (/^Demo is ready$/m.test(output)) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code} before it was ready:\n${output}`)))
  })
  return {
    pid: child.pid ?? 0,
    reportFile,
    output: () => output,
    report: async () => JSON.parse(await readFile(reportFile, 'utf8')) as DemoReport,
    async stop() {
      const code = await end(child)
      await rm(folder, { recursive: true, force: true })
      return code
    },
  }
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit')
    child.kill('SIGINT')
    await gone
  }
  return child.exitCode
}

/** A status and a body whose fields the test knows. */
export interface HubAnswer {
  readonly status: number
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects and fails when it is not there
  readonly body: any
}

/** One request to the hub with the demo's API key. */
export async function callHub(report: DemoReport, method: string, path: string, body?: object): Promise<HubAnswer> {
  const response = await fetch(`${report.hub}${path}`, {
    method,
    headers: { 'x-api-key': report.apiKey, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** The account with a log-in name, as the domain's administrator sees it. */
export async function findAccount(report: DemoReport, username: string): Promise<RawEntry | undefined> {
  await using directory = await connectDirectory({
    url: report.ldapUrl,
    ca: await readFile(report.ldapCaFile, 'utf8'),
    bindDn: report.domainAdmin,
    password: report.domainAdminPassword,
    timeoutMs: 10_000,
  })
  const filter = `(sAMAccountName=${escapeFilterValue(username)})`
  const attributes = ['givenName', 'sn', 'mail', 'userAccountControl', 'memberOf']
  for await (const page of directory.search({ base: report.usersDn, scope: 'subtree', filter, attributes })) {
    return page[0]
  }
  return undefined
}

/** `samba-tool` on the files of the demo's domain. */
export function sambaTool(report: DemoReport, ...args: readonly string[]): Promise<string> {
  const configuration = join(dirname(dirname(report.ldapCaFile)), 'etc', 'smb.conf')
  return runCommand('samba-tool', [...args, `--configfile=${configuration}`])
}
