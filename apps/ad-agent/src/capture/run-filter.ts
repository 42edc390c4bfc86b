// Passwords that a filter of this machine hears as they are chosen, on their way to the hub. The filter runs inside the domain controller
// and says what was stored there a moment ago; which object that is and when it was set is read from the domain controller.
import { readFile } from 'node:fs/promises'
import { sealPassword } from '@lockstep/contract/agents/sealed-password'
import { pause } from '@lockstep/kernel/retry'
import { dateToFileTime } from '@lockstep/ldap/file-time'
import { guid } from '@lockstep/ldap/guid'
import { sid } from '@lockstep/ldap/sid'
import { text } from '@lockstep/ldap/text'
import { AgentFileError, type CaptureSources } from '../agent/agent-file.ts'
import { Patience } from '../agent/patience.ts'
import type { AgentContext } from '../agent/program.ts'
import { listenToFilter } from './filter-server.ts'
import { HeardPasswords, type WaitingPassword } from './heard-passwords.ts'

const shortestKeyBytes = 32
/** After this the password is nobody's any more: the hub asks for the next one. */
const lifetimeMs = 600_000
/** How much later than it was stored a password is heard at most, so that what is older is not it yet. */
const delayMs = 60_000n
const stepsPerMs = 10_000n

/** Listens to the filter and hands in what it hears until `stop`. Rejects when its place or key cannot be used. */
export async function runFilter(context: AgentContext, filter: NonNullable<CaptureSources['filter']>): Promise<void> {
  const { stop, log, timing } = context
  const heard = new HeardPasswords()
  await using _server = await listenToFilter({
    path: filter.path,
    key: await keyOf(filter.keyFile),
    take: (password) => heard.add(password, Date.now()),
    onRefused: () => log.warn('Somebody who is not the password filter spoke to its pipe', { path: filter.path }),
  })
  log.info('Listening to the password filter', { path: filter.path })
  const patience = new Patience(timing, log)
  while (!stop.aborted) {
    await heard.wait(stop)
    const { oldest } = heard
    if (oldest === undefined) continue
    try {
      const isDone = Date.now() - oldest.heardAt > lifetimeMs || (await handIn(context, oldest))
      if (isDone) heard.settle(oldest)
      else {
        heard.postpone(oldest)
        await pause(timing.captureHeldMs, stop)
      }
      patience.recovered()
    } catch (error) {
      heard.postpone(oldest)
      await patience.after(error, stop)
    }
  }
}

async function keyOf(path: string): Promise<Buffer> {
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64')
  if (key.length >= shortestKeyBytes) return key
  throw new AgentFileError(`The file ${path} must hold at least ${shortestKeyBytes} random bytes in Base64.`)
}

/** True when nothing is left to be done; false to try again. Rejects with a DirectoryError or a HubError. */
async function handIn(context: AgentContext, waiting: WaitingPassword): Promise<boolean> {
  const { hub, stop, log, domainId } = context
  const found = await findAccount(context, waiting)
  if (found === 'not yet') return false
  if (found === undefined) return true
  const orders = await hub.askCaptures({ guids: [found.guid] }, { signal: stop })
  if (!orders.ways.includes('filter')) return true
  if (!orders.wantedGuids.includes(found.guid)) return !orders.heldGuids.includes(found.guid)
  const purpose = { use: 'captured', domainId, userId: '', objectGuid: found.guid, revision: found.revision } as const
  const sealed = await sealPassword(orders.publicKey, waiting.password, purpose)
  const { outcomes } = await hub.reportCaptures({ captures: [{ ...found, sealed }] }, { signal: stop })
  const outcome = outcomes[0]?.outcome
  log.info('A password was captured', { guid: found.guid, outcome })
  return outcome !== 'held'
}

interface FoundAccount {
  readonly guid: string
  readonly pwdLastSet: string
  readonly revision: string
}

/** Undefined when there is no such account, or it has a later password by now; `not yet` when this one cannot be seen. */
async function findAccount(
  { directory }: AgentContext,
  { rid, accountName, heardAt }: WaitingPassword,
): Promise<FoundAccount | 'not yet' | undefined> {
  const client = await directory.open()
  const { defaultNamingContext } = await client.readRootDse()
  const domain = await client.read(defaultNamingContext, ['objectSid'])
  const domainSid = domain === undefined ? undefined : sid(domain)
  if (domainSid === undefined) return 'not yet'
  const attributes = ['objectGUID', 'sAMAccountName', 'pwdLastSet']
  const entry = await client.read(`<SID=${domainSid}-${rid}>`, attributes)
  const id = entry === undefined ? undefined : guid(entry)
  if (entry === undefined || id === undefined) return undefined
  if (text(entry, 'sAMAccountName')?.toLowerCase() !== accountName.toLowerCase()) return undefined
  const pwdLastSet = text(entry, 'pwdLastSet') ?? '0'
  const heard = dateToFileTime(new Date(heardAt + 1))
  // Zero says that another one must be chosen, not when this one was.
  if (!/^[1-9][0-9]{0,18}$/.test(pwdLastSet)) return { guid: id, pwdLastSet: '0', revision: heard.toString() }
  const setAt = BigInt(pwdLastSet)
  // The clock is that of this machine: what was set after we heard is another password, of which we hear next.
  if (setAt > heard) return undefined
  return setAt < heard - delayMs * stepsPerMs ? 'not yet' : { guid: id, pwdLastSet, revision: pwdLastSet }
}
