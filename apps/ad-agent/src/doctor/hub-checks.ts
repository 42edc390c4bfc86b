import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { AgentClient } from '@lockstep/client/agent-client'
import { parseHubUrl } from '@lockstep/client/agent-transport'
import { HubError } from '@lockstep/client/hub-error'
import type { SelfCheckReply } from '@lockstep/contract/agents/self-check'
import { agentClockSkewMs } from '@lockstep/contract/agents/signature'
import type { AgentFile } from '../agent/agent-file.ts'
import { agentVersion } from '../agent/version.ts'
import { type Finding, note, ok, wrong } from './finding.ts'

const timeoutMs = 5000
/** From here on the clock is told, though nothing is refused yet. */
const noteworthyMs = 60_000

/** The hub's answer to a question that needs no key. */
export interface HubSight {
  readonly finding: Finding
  /** The hub's time, when it answered. */
  readonly hubTime: Date | undefined
}

/** Whether the hub answers, over a connection that the agent trusts. */
export function checkHub(hub: AgentFile['hub']): Promise<HubSight> {
  const name = 'hub'
  const url = parseHubUrl(hub.url)
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? requestTls : requestPlain
    const options = { timeout: timeoutMs, agent: false as const, ...(hub.ca === undefined ? {} : { ca: hub.ca }) }
    const request = send(new URL('/healthz', url), options, (response) => {
      response.resume()
      const date = new Date(response.headers.date ?? '')
      const hubTime = Number.isNaN(date.getTime()) ? undefined : date
      const status = response.statusCode ?? 0
      const finding =
        status === 200
          ? ok(name, `${url.origin} answers`)
          : wrong(
              name,
              `${url.origin} answers with status ${status}`,
              'Check that the address is that of the hub, and that a proxy in between lets /agents through.',
            )
      resolve({ finding, hubTime })
    })
    request.once('timeout', () => request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    request.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? 'unknown'
      const isTrust = /CERT|SIGNATURE|TLS|SSL/.test(code)
      const fix = isTrust
        ? 'The certificate of the hub is not trusted: put the certificate of its authority into the field hub.ca of the agent’s file (PEM), or let this machine trust it (NODE_EXTRA_CA_CERTS).'
        : 'Check that the hub runs, that its address is right, and that this machine may reach it over HTTPS through the firewall.'
      resolve({
        finding: wrong(name, `${url.origin} cannot be reached (${code})`, fix, `Look: curl -v ${url.origin}/healthz`),
        hubTime: undefined,
      })
    })
    request.end()
  })
}

/** How far this machine's clock is from another one. */
export function checkClock(name: string, other: Date | undefined, now: Date): Finding {
  if (other === undefined) return note(name, 'its time is not known')
  const differenceMs = Math.abs(now.getTime() - other.getTime())
  const seconds = Math.round(differenceMs / 1000)
  const fix = [
    'Let the clock of this machine be set by a time server: timedatectl set-ntp true   (Windows: w32tm /resync)',
  ]
  if (differenceMs > agentClockSkewMs)
    return wrong(name, `differs from this machine's by ${seconds} seconds; more than 300 are refused`, ...fix)
  if (differenceMs > noteworthyMs) return note(name, `differs from this machine's by ${seconds} seconds`, ...fix)
  return ok(name, seconds < 2 ? 'agrees with this machine’s' : `differs from this machine's by ${seconds} seconds`)
}

export interface KeySight {
  readonly findings: readonly Finding[]
  readonly reply: SelfCheckReply | undefined
}

/** Whether the hub knows the agent, and what it tells it. */
export async function checkKey(file: AgentFile): Promise<KeySight> {
  const name = 'agent’s key'
  const client = new AgentClient(file.hub, { agentId: file.agentId, privateKey: file.keys.privateKey })
  try {
    const reply = await client.selfCheck({ version: agentVersion }, { timeoutMs })
    const role = reply.paused ? 'paused' : reply.primary ? 'primary' : 'standing by'
    const accepted = reply.paused
      ? note(name, 'is accepted; the agent is paused', 'Resume it in the portal, on the page of the directory.')
      : ok(name, `is accepted; the agent is ${role}`)
    return { findings: [accepted, ...checkVersions(reply)], reply }
  } catch (error) {
    return { findings: [refusal(name, error)], reply: undefined }
  } finally {
    client.close()
  }
}

function refusal(name: string, error: unknown): Finding {
  if (!(error instanceof HubError)) return wrong(name, error instanceof Error ? error.message : String(error))
  const anew =
    'Add a new agent in the portal, and enrol it with its connect key into another file; delete the old agent there.'
  if (error.code === 'agent_signature_invalid')
    return wrong(
      name,
      error.detail,
      'When the clock agrees, the key in the file is not the one that was enrolled.',
      anew,
    )
  if (error.code === 'agent_clock_wrong')
    return wrong(name, error.detail, 'Set the clock of this machine, and keep it by a time service.')
  if (error.status === 401) return wrong(name, 'The hub does not know this agent; it was deleted there.', anew)
  if (error.status === 404)
    return wrong(name, 'The hub is older than this agent.', 'Update the hub, or use the agent’s file that it offers.')
  return wrong(name, error.detail, 'See the finding about the hub.')
}

function checkVersions({ offeredVersion, otherVersions }: SelfCheckReply): readonly Finding[] {
  const name = 'version'
  const others = [...new Set(otherVersions)].filter((version) => version !== agentVersion)
  const replace =
    'Download the agent’s file from the portal, put it in the place of this one, and start the agent again.'
  if (offeredVersion !== agentVersion)
    return [note(name, `this is ${agentVersion}, the hub goes with ${offeredVersion}`, replace)]
  if (others.length > 0)
    return [
      note(
        name,
        `this is ${agentVersion}, other agents of the domain are ${others.join(', ')}`,
        'Bring all to one version.',
      ),
    ]
  return [ok(name, `${agentVersion}, as the hub's and every other agent's`)]
}
