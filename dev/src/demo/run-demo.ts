import { join } from 'node:path'
import type { HubClient } from '@lockstep/client/hub-client'
import { type MailSink, startMailSink } from '../mail/mail-sink.ts'
import type { DomainController } from '../samba/domain-controller.ts'
import { addAgents, type DemoAgents, startAgents } from './agents.ts'
import { waitForAgreement } from './agreement.ts'
import { demoCompany } from './demo-company.ts'
import { type DemoFolder, openDemoFolder } from './demo-folder.ts'
import { type DemoReport, renderTable, writeReport } from './demo-report.ts'
import { type DemoDomain, domainPlan, launchDomain, prepareForDomain } from './domain.ts'
import { addCompany, addHubPeople } from './hub-people.ts'
import { type DemoHub, launchHub, waitForHub } from './hub-program.ts'
import type { DemoOptions } from './options.ts'
import type { DemoSurroundings } from './surroundings.ts'

export interface DemoPlace {
  /** Where caches and kept demos lie, outside the checkout. */
  readonly stateFolder: string
  readonly temporaryFolder: string
  readonly environment: Readonly<Record<string, string>>
  readonly print: (line: string) => void
  readonly stop: AbortSignal
}

/** What has been started so far. */
interface Running {
  mail?: MailSink
  hub?: DemoHub
  domain?: DemoDomain
  readonly agents: DemoAgents
  report?: DemoReport
}

/** Runs the demo until it is told to stop, and leaves nothing behind; rejects with a DemoError when it cannot start. */
export async function runDemo(options: DemoOptions, place: DemoPlace): Promise<void> {
  if (options.hasDomain) await prepareForDomain(place.print)
  if (place.stop.aborted) return
  const folder = await openDemoFolder({ keeps: options.keepsFolder, ...place })
  const running: Running = { agents: {} }
  const writes = reportWriter(options.writeFile, running, place.print)
  try {
    const environment = { ...place.environment, TMPDIR: folder.temporary }
    await start(options, { ...place, folder, environment, onRestart: writes.writeAgain }, running)
    if (place.stop.aborted) return
    await writes.write()
    if (running.report) place.print(`\n${renderTable(running.report)}`)
    place.print('Demo is ready')
    await aborted(place.stop)
    place.print('Stopping')
  } finally {
    await writes.end()
    await stopAll(running, folder)
  }
}

async function start(
  options: DemoOptions,
  surroundings: DemoSurroundings & { readonly stateFolder: string },
  running: Running,
): Promise<void> {
  const { stop, print, folder, stateFolder } = surroundings
  print(`Starting the hub${options.hasDomain ? ' and a domain controller' : ''}`)
  if (options.hasDomain) running.domain = launchDomain(surroundings, join(stateFolder, 'domains'))
  const mail = await startMailSink()
  running.mail = mail
  const hub = await launchHub(surroundings, { port: options.port, smtpUrl: mail.smtpUrl })
  running.hub = hub
  await waitForHub(hub, stop)
  if (stop.aborted) return
  const domain = running.domain
    ? await joinDomain(surroundings, running, { hub, domain: running.domain })
    : await withoutDomain(hub.client)
  running.report = {
    hub,
    domain,
    mailUrl: mail.url,
    logs: folder.logs,
    keptIn: options.keepsFolder ? folder.path : undefined,
  }
}

async function withoutDomain(hub: HubClient): Promise<undefined> {
  await addCompany(hub, demoCompany)
  await addHubPeople(hub, undefined)
}

/** Connects hub and domain and waits until both know the same. */
async function joinDomain(
  surroundings: DemoSurroundings,
  running: Running,
  { hub, domain }: { readonly hub: DemoHub; readonly domain: DemoDomain },
): Promise<DomainController | undefined> {
  const { stop, print } = surroundings
  const directoryId = await connectDomain(hub.client)
  const connectKeys = await addAgents(hub.client, directoryId)
  await addHubPeople(hub.client, directoryId)
  const controller = await Promise.race([domain.started, aborted(stop)])
  if (controller === undefined) return undefined
  print('Bringing hub and domain into step')
  await startAgents(surroundings, { hub, domain: controller, connectKeys, agents: running.agents })
  await waitForAgreement({ hub: hub.client, directoryId, domain: controller, stop })
  return controller
}

/** The directory in the hub that stands for the domain. */
async function connectDomain(hub: HubClient): Promise<string> {
  const { items } = await hub.directories.list()
  const known = items.find((directory) => directory.name === domainPlan.dnsDomain)
  if (known) return known.id
  const made = await hub.directories.create({
    domain: domainPlan.dnsDomain,
    rootDn: domainPlan.usersDn,
    integrationGroupDn: domainPlan.integrationGroupDn,
    userContainerDn: domainPlan.peopleDn,
    groupContainerDn: domainPlan.groupsDn,
    upnSuffix: domainPlan.dnsDomain,
  })
  return made.id
}

/** Writes the report when it is complete, and again after each restart; one write after the other. */
function reportWriter(
  file: string | undefined,
  running: Running,
  print: (line: string) => void,
): { readonly write: () => Promise<void>; readonly writeAgain: () => void; readonly end: () => Promise<void> } {
  let last: Promise<void> = Promise.resolve()
  const write = async (): Promise<void> => {
    const { report, hub, domain, agents } = running
    if (file === undefined || report === undefined) return
    await writeReport(file, report, {
      hub: hub?.program.pid,
      importAgent: agents.IMPORT?.pid,
      syncAgent: agents.SYNC?.pid,
      domainController: domain?.pid(),
    })
  }
  return {
    write,
    writeAgain: () => {
      last = last.then(write).catch((error: unknown) => print(`${file} cannot be written: ${String(error)}`))
    },
    end: () => last,
  }
}

/** Agents first: what they still hear of the end of the others is of no interest. */
async function stopAll({ agents, hub, domain, mail }: Running, folder: DemoFolder): Promise<void> {
  await Promise.all([agents.IMPORT?.stop(), agents.SYNC?.stop()])
  await hub?.program.stop()
  await mail?.close()
  await domain?.stop()
  await folder.close()
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined)
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}
