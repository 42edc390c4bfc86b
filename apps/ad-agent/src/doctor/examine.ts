// `doctor`: looks at everything an agent needs, in the order in which one thing needs the other, and says what is wrong and what puts it
// right. Nothing is changed in the domain or in the hub, and no lease is taken.
import type { AgentKind } from '@lockstep/contract/agents/protocol'
import type { SelfCheckReply } from '@lockstep/contract/agents/self-check'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { type AgentFile, readAgentFile } from '../agent/agent-file.ts'
import type { DoctorCommand } from '../agent/options.ts'
import { findAccount } from './account.ts'
import { checkAccount, checkBind, checkControllerClock } from './bind-checks.ts'
import { checkDomain } from './domain-checks.ts'
import { type Finding, findingLines, ok, skipped, wrong } from './finding.ts'
import { checkClock, checkHub, checkKey } from './hub-checks.ts'
import { checkImportRights } from './import-rights.ts'
import {
  checkCertificate,
  checkName,
  checkPort,
  checkServiceRecords,
  lookAtCertificate,
  placeOf,
} from './network-checks.ts'
import { checkSyncRights } from './sync-rights.ts'

export interface Surroundings {
  readonly kind: AgentKind
  readonly print: (line: string) => void
  /** The machine's clock; tests set it. */
  readonly now?: () => Date
}

const programs = { IMPORT: 'node import-agent.mjs', SYNC: 'node sync-agent.mjs' } as const

/** Prints what it finds, as it finds it or as JSON in the end, and gives the exit code: 1 when anything is wrong. */
export async function examine(command: DoctorCommand, surroundings: Surroundings): Promise<number> {
  const { kind, print, now = () => new Date() } = surroundings
  const file = await readAgentFile(command.configFile, kind)
  const findings: Finding[] = []
  const words = { AGENT: programs[kind], FILE: command.configFile }
  for await (const found of walk(file, now)) {
    const fix = found.fix?.map((line) =>
      line.replace('AGENT', words.AGENT).replace('--config FILE', `--config ${words.FILE}`),
    )
    const finding = fix === undefined ? found : { ...found, fix }
    findings.push(finding)
    if (!command.asJson) print(findingLines(finding))
  }
  const faults = findings.filter(({ state }) => state === 'wrong').length
  if (command.asJson) print(`${JSON.stringify({ ok: faults === 0, findings }, undefined, 2)}\n`)
  else
    print(
      faults === 0
        ? 'Everything that the agent needs is there.\n'
        : `${faults} of ${findings.length} checks found something wrong.\n`,
    )
  return faults === 0 ? 0 : 1
}

async function* walk(file: AgentFile, now: () => Date): AsyncGenerator<Finding> {
  yield ok('agent’s file', 'is readable by its owner alone')
  yield await checkName('hub’s name', new URL(file.hub.url).hostname)
  const { finding, hubTime } = await checkHub(file.hub)
  yield finding
  if (hubTime !== undefined) yield checkClock('hub’s clock', hubTime, now())
  const key = finding.state === 'ok' ? await checkKey(file) : undefined
  if (key === undefined) yield skipped('agent’s key', 'the hub does not answer')
  else yield* key.findings
  yield* walkDomain(file, key?.reply, now)
}

async function* walkDomain(
  file: AgentFile,
  reply: SelfCheckReply | undefined,
  now: () => Date,
): AsyncGenerator<Finding> {
  const place = placeOf(file.directory)
  if (reply !== undefined) yield await checkServiceRecords(domainName(reply.settings.baseDn), place.name)
  yield await checkName('domain controller’s name', place.host)
  try {
    const facts = await lookAtCertificate(file.directory)
    yield checkPort(place, undefined)
    yield* checkCertificate(facts, file.directory, now())
  } catch (error) {
    yield checkPort(place, error as NodeJS.ErrnoException)
    yield skipped('signing in', 'the domain controller does not answer')
    return
  }
  const { finding, client } = await checkBind(file.directory)
  yield finding
  if (client === undefined) return
  try {
    yield* walkRights(client, file, { reply, now })
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    yield wrong('domain controller', error.message, error.remedy)
  } finally {
    await client.close()
  }
}

async function* walkRights(
  client: DirectoryClient,
  file: AgentFile,
  { reply, now }: { readonly reply: SelfCheckReply | undefined; readonly now: () => Date },
): AsyncGenerator<Finding> {
  yield await checkControllerClock(client, now())
  if (reply === undefined) {
    yield skipped('domain and rights', 'the hub did not say where the agent is to work')
    return
  }
  const { settings } = reply
  const account = await findAccount(client, file.directory.bindDn, settings.baseDn)
  yield checkAccount(account, now())
  const places = await checkDomain(client, settings, file.kind)
  yield* places
  if (account === undefined) return
  if (places.some(({ state }) => state === 'wrong')) {
    yield skipped('rights', 'they are those on the containers and the group, which have to be there first')
    return
  }
  if (file.kind === 'IMPORT') yield* await checkImportRights(client, settings, account)
  else yield* await checkSyncRights({ client, settings, account })
}

/** `DC=lockstep,DC=example` as `lockstep.example`. */
function domainName(baseDn: string): string {
  return baseDn.replaceAll(/DC=/gi, '').replaceAll(',', '.')
}
