// Why somebody is or is not in the hub, as an integration sees it: from the hub's state first, then from what the client asked for.
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { IntegrationRequest, ProvisioningAnswer } from '@lockstep/contract/hub/integration'
import { parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { Integration } from '../../directory/integrations/integration.rules.ts'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import type { RequestLog } from '../../directory/integrations/request-log.service.ts'
import { externalIdKey, readFurther, userNameKey } from '../../directory/users/further-attributes.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserSearchService } from '../../directory/users/user-search.service.ts'
import type { TakeawayService } from './takeaway.service.ts'

export interface ExplanationService {
  /** Answers for a user name, an e-mail address, an outside id or the hub's id. */
  explain(actor: Actor, integrationId: string, who: string): Promise<ProvisioningAnswer>
}

export interface ExplanationOptions {
  readonly integrations: Pick<IntegrationService, 'get' | 'find'>
  readonly userSearch: Pick<UserSearchService, 'findNamed'>
  readonly requestLog: Pick<RequestLog, 'about'>
  readonly takeaways: Pick<TakeawayService, 'planOf'>
}

type Answer = Omit<ProvisioningAnswer, 'requests' | 'userId'>

const shownRequests = 10

export function createExplanations(options: ExplanationOptions): ExplanationService {
  return {
    async explain(actor, integrationId, given) {
      requirePermission(actor, 'users.read')
      const integration = await options.integrations.get(actor, integrationId)
      const who = given.trim()
      const user = await findUser(options, integration, who)
      const keys = user === undefined ? [who] : [who, user.id]
      const rows = (await Promise.all(keys.map((key) => options.requestLog.about(integration.id, key)))).flat()
      const requests = [...new Map(rows.map((row) => [row.id, row])).values()].toSorted((a, b) =>
        a.id < b.id ? 1 : -1,
      )
      const answer =
        user === undefined
          ? aboutNobody(integration, who, requests)
          : await aboutUser(options, integration, { user, requests })
      return {
        ...answer,
        ...(user === undefined ? {} : { userId: user.id }),
        requests: requests.slice(0, shownRequests),
      }
    },
  }
}

async function findUser(
  { userSearch }: ExplanationOptions,
  integration: Integration,
  who: string,
): Promise<User | undefined> {
  if (who === '') throw new AppError('invalid_request', { field: 'user', detail: 'user: is required.' })
  const found = await userSearch.findNamed({
    usernames: [who],
    emails: [who],
    keys: [externalIdKey(integration.id, who), userNameKey(who)],
    ids: [parseId(who) ?? ''],
  })
  const mine = found.find((user) => readFurther(user.further).madeBy === integration.id)
  return mine ?? found[0]
}

function isWrite({ isRead }: IntegrationRequest): boolean {
  return !isRead
}

/** Nobody of that name is in the hub. */
function aboutNobody({ name }: Integration, who: string, requests: readonly IntegrationRequest[]): Answer {
  const [last] = requests.filter(isWrite)
  const there = `There is no user “${who}” in the hub.`
  if (last === undefined)
    return {
      answer: 'never_asked',
      words: `${there} ${name} never asked for one in the last 30 days: look whether the user is assigned, in scope and not inactive there.`,
    }
  if (last.outcome === 'refused' || last.outcome === 'failed')
    return {
      answer: 'refused',
      words: `${there} ${name} asked last at ${time(last.at)} and was refused (${last.status}): ${last.words}`,
    }
  if (last.method === 'DELETE')
    return { answer: 'deleted', words: `${there} ${name} deleted the user at ${time(last.at)}.` }
  const deleted = `The user was there, and was deleted in the hub or renamed since.`
  return { answer: 'deleted', words: `${there} ${name} asked last at ${time(last.at)}: ${last.words} ${deleted}` }
}

interface Known {
  readonly user: User
  readonly requests: readonly IntegrationRequest[]
}

async function aboutUser(
  { integrations, takeaways }: ExplanationOptions,
  integration: Integration,
  { user, requests }: Known,
): Promise<Answer> {
  const { name } = integration
  const { madeBy, removedBy, held } = readFurther(user.further)
  const writes = requests.filter(isWrite)
  const [last] = writes
  const refusal =
    last?.outcome === 'refused' || last?.outcome === 'failed'
      ? ` The last request, at ${time(last.at)}, was refused (${last.status}): ${last.words}`
      : ''
  const own = held?.[integration.id]
  if (own !== undefined) return aboutHeld(takeaways, { integration, user, own })
  if (removedBy !== undefined) {
    const by = removedBy === integration.id ? name : await nameOf(integrations, removedBy)
    return {
      answer: 'deleted',
      words: `${by} deleted the user ${user.username}; as it is set up, the hub suspended and kept them. They come back when ${name} makes them again.`,
    }
  }
  if (madeBy !== integration.id) {
    const asked = refusal === '' ? '' : ` ${refusal.trim()}`
    if (madeBy === undefined)
      return {
        answer: 'not_owned',
        words: `The user ${user.username} is in the hub, and no integration made them.${asked} ${takeoverHint(integration)}`,
      }
    const owner = await nameOf(integrations, madeBy)
    return { answer: 'owned_elsewhere', words: `The user ${user.username} belongs to ${owner}.${asked}` }
  }
  return aboutOwn(integration, { user, requests }, refusal)
}

async function aboutHeld(
  takeaways: ExplanationOptions['takeaways'],
  { integration, user, own }: { readonly integration: Integration; readonly user: User; readonly own: string },
): Promise<Answer> {
  const planId = await takeaways.planOf(integration.id, user.id)
  const what = own === 'delete' ? 'deletion' : 'deactivation'
  return {
    answer: 'held',
    words: `${integration.name} asked for the ${what} of ${user.username}, which was beyond its limit and is held: the user stays ${user.state} until somebody releases the plan.`,
    ...(planId === undefined ? {} : { planId }),
  }
}

/** Somebody whom the integration made or took over. */
function aboutOwn({ name, defaultState }: Integration, { user, requests }: Known, refusal: string): Answer {
  const writes = requests.filter((row) => isWrite(row) && row.outcome === 'done')
  const at = time(user.created.toISOString())
  const last = writes[0] === undefined ? '' : ` Last change by ${name}: ${time(writes[0].at)}.`
  if (user.state === 'SUSPENDED') {
    const by =
      user.suspendedBy === null || user.suspendedBy === 'hub'
        ? 'because the client made them inactive, or an administrator or a rule suspended them; the journal of the user says which'
        : 'because the account is disabled in its directory'
    return {
      answer: 'suspended',
      words: `The user ${user.username} is in the hub since ${at}, suspended ${by}.${last}${refusal}`,
    }
  }
  if (user.state === 'STAGED') {
    const why = defaultState === 'STAGED' ? `${name} is set up to make users STAGED` : 'nobody activated them yet'
    return {
      answer: 'staged',
      words: `The user ${user.username} is in the hub since ${at}, not activated: ${why}.${refusal}`,
    }
  }
  return { answer: 'provisioned', words: `The user ${user.username} is in the hub since ${at}.${last}${refusal}` }
}

function takeoverHint({ takeoverBy, name }: Integration): string {
  return takeoverBy.length === 0
    ? `${name} is set up to take nobody over: set takeoverBy, or delete the user here.`
    : `${name} takes users over by ${takeoverBy.join(', ')}, when it makes them.`
}

async function nameOf(integrations: ExplanationOptions['integrations'], id: string): Promise<string> {
  return (await integrations.find(id))?.name ?? 'an integration that is gone'
}

/** `2026-11-22 08:15 UTC`. */
function time(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
