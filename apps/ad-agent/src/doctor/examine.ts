// `doctor`: looks at everything an agent needs, in the order in which one thing needs the other, and says what is wrong and what puts it
// right. Nothing is changed in the domain or in the hub, and no lease is taken.
import type { AgentKind, DomainSettings } from '@lockstep/contract/agents/protocol'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { type AgentFile, type CaptureSources, readAgentFile } from '../agent/agent-file.ts'
import { directoryOf } from '../agent/enrol.ts'
import { optionalText } from '../agent/given-texts.ts'
import type { DoctorCommand, Prospect } from '../agent/options.ts'
import { findAccount } from './account.ts'
import { checkAccount, checkBind, checkControllerClock } from './bind-checks.ts'
import { checkCapture } from './capture-checks.ts'
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
import { type PlannedPlace, plannedSettings } from './planned-place.ts'
import { checkSyncRights } from './sync-rights.ts'

export interface Surroundings {
  readonly kind: AgentKind
  readonly print: (line: string) => void
  /** Of the service account, when it came from the environment; for an agent that is not enrolled yet. */
  readonly password?: string | undefined
  /** The machine's clock; tests set it. */
  readonly now?: () => Date
}

const programs = { IMPORT: 'node import-agent.mjs', SYNC: 'node sync-agent.mjs' } as const

/** Prints what it finds, as it finds it or as JSON in the end, and gives the exit code: 1 when anything is wrong. */
export async function examine(command: DoctorCommand, surroundings: Surroundings): Promise<number> {
  const { kind, print, now = () => new Date() } = surroundings
  const { subject, asJson } = command
  const found =
    'configFile' in subject
      ? await enrolled(subject.configFile, kind)
      : await prospective(subject.prospect, surroundings)
  const patient = { ...found, capture: command.capture ?? found.file?.capture }
  const findings: Finding[] = []
  const words = { AGENT: programs[kind], FILE: 'configFile' in subject ? subject.configFile : 'FILE' }
  for await (const seen of walk(patient, now)) {
    const fix = seen.fix?.map((line) =>
      line.replace('AGENT', words.AGENT).replace('--config FILE', `--config ${words.FILE}`),
    )
    const finding = fix === undefined ? seen : { ...seen, fix }
    findings.push(finding)
    if (!asJson) print(findingLines(finding))
  }
  const faults = findings.filter(({ state }) => state === 'wrong').length
  if (asJson) print(`${JSON.stringify({ ok: faults === 0, findings }, undefined, 2)}\n`)
  else
    print(
      faults === 0
        ? 'Everything that the agent needs is there.\n'
        : `${faults} of ${findings.length} checks found something wrong.\n`,
    )
  return faults === 0 ? 0 : 1
}

/** The agent that is looked at. */
type Patient = Pick<AgentFile, 'kind' | 'hub' | 'directory'> & {
  /** Undefined for an agent that is not enrolled yet. */
  readonly file: AgentFile | undefined
  /** Where such an agent is to work; undefined when nobody said. */
  readonly place: PlannedPlace | undefined
}

async function enrolled(configFile: string, kind: AgentKind): Promise<Patient> {
  const file = await readAgentFile(configFile, kind)
  return { ...file, file, place: undefined }
}

async function prospective(prospect: Prospect, { kind, password }: Surroundings): Promise<Patient> {
  const { hubUrl, hubCaFile, rootDn, integrationGroupDn } = prospect
  const ca = await optionalText(hubCaFile)
  return {
    kind,
    hub: { url: hubUrl, ...(ca === undefined ? {} : { ca }) },
    directory: await directoryOf(prospect, password),
    file: undefined,
    place: integrationGroupDn === undefined ? undefined : { rootDn, integrationGroupDn },
  }
}

type WalkedPatient = Patient & { readonly capture: CaptureSources | undefined }

async function* walk(patient: WalkedPatient, now: () => Date): AsyncGenerator<Finding> {
  const { hub, file, capture } = patient
  if (file !== undefined) yield ok('agent’s file', 'is readable by its owner alone')
  if (capture !== undefined) yield* checkCapture(capture)
  yield await checkName('hub’s name', new URL(hub.url).hostname)
  const { finding, hubTime } = await checkHub(hub)
  yield finding
  if (hubTime !== undefined) yield checkClock('hub’s clock', hubTime, now())
  if (file === undefined) {
    yield skipped('agent’s key', 'the agent is not enrolled yet')
    yield* walkDomain(patient, undefined, now)
    return
  }
  const key = finding.state === 'ok' ? await checkKey(file) : undefined
  if (key === undefined) yield skipped('agent’s key', 'the hub does not answer')
  else yield* key.findings
  yield* walkDomain(patient, key?.reply?.settings, now)
}

async function* walkDomain(
  patient: Patient,
  settings: DomainSettings | undefined,
  now: () => Date,
): AsyncGenerator<Finding> {
  const { directory } = patient
  const place = placeOf(directory)
  if (settings !== undefined) yield await checkServiceRecords(domainName(settings.baseDn), place.name)
  yield await checkName('domain controller’s name', place.host)
  try {
    const facts = await lookAtCertificate(directory)
    yield checkPort(place, undefined)
    yield* checkCertificate(facts, directory, now())
  } catch (error) {
    yield checkPort(place, error as NodeJS.ErrnoException)
    yield skipped('signing in', 'the domain controller does not answer')
    return
  }
  const { finding, client } = await checkBind(directory)
  yield finding
  if (client === undefined) return
  try {
    yield await checkControllerClock(client, now())
    yield* walkRights(client, patient, { settings: settings ?? (await plannedSettings(client, patient.place)), now })
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    yield wrong('domain controller', error.message, error.remedy)
  } finally {
    await client.close()
  }
}

async function* walkRights(
  client: DirectoryClient,
  { file, kind, directory }: Patient,
  { settings, now }: { readonly settings: DomainSettings | undefined; readonly now: () => Date },
): AsyncGenerator<Finding> {
  if (settings === undefined) {
    const reason =
      file === undefined
        ? 'where the agent is to work was not said: --root-dn and --integration-group-dn'
        : 'the hub did not say where the agent is to work'
    yield skipped('domain and rights', reason)
    return
  }
  const account = await findAccount(client, directory.bindDn, settings.baseDn)
  yield checkAccount(account, now())
  const places = await checkDomain(client, settings, kind)
  yield* places
  if (account === undefined) return
  if (places.some(({ state }) => state === 'wrong')) {
    yield skipped('rights', 'they are those on the containers and the group, which have to be there first')
    return
  }
  if (kind === 'IMPORT') yield* await checkImportRights(client, settings, account)
  else yield* await checkSyncRights({ client, settings, account })
}

/** `DC=lockstep,DC=example` as `lockstep.example`. */
function domainName(baseDn: string): string {
  return baseDn.replaceAll(/DC=/gi, '').replaceAll(',', '.')
}
