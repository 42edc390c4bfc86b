// What people do with an integration beside its settings: try a table of attributes, and send a failed request again.
import { AppError } from '@lockstep/contract/app-error'
import type { MappingRow, MappingTried, MappingTry, MappingVocabulary } from '@lockstep/contract/hub/integration'
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import { isJsonObject } from '@lockstep/kernel/json'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import { redacted } from '../../directory/integrations/redaction.rules.ts'
import type { RequestLog } from '../../directory/integrations/request-log.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { createUser } from '../../directory/users/user.rules.ts'
import { checkMapping, mappingOf, mappingVocabulary } from './attribute-mapping.ts'
import { profileOf } from './client-profile.ts'
import { withDeclared } from './declared-types.ts'
import { readResource } from './read-resource.ts'
import type { Recorder } from './request-recorder.ts'
import { callerOf, type CallerSources, type ScimReply, type ScimRequest } from './scim-request.ts'
import { toChange } from './user-mapping.ts'
import { userType } from './user-schemas.ts'

export interface ProvisioningTools {
  /** Refuses a table that cannot be used, with the place of the first fault. */
  checkMapping(rows: readonly MappingRow[] | null | undefined): void
  vocabulary(): MappingVocabulary
  /** What would become of a user; nothing is stored. */
  tryMapping(actor: ChangeOrigin['actor'], id: string, trial: MappingTry): Promise<MappingTried>
  /** Sends a failed write again, as the integration; answers the id of its new row in the log. */
  replay(origin: ChangeOrigin, id: string, requestId: string): Promise<string>
}

export interface ToolOptions extends Pick<CallerSources, 'customSchemas'> {
  readonly integrations: Pick<IntegrationService, 'get' | 'ofActor' | 'actorOf'>
  readonly requestLog: Pick<RequestLog, 'repeatable'>
  readonly recorder: Recorder
  readonly run: (request: ScimRequest) => Promise<ScimReply>
  readonly baseUrl: string
  readonly clock: Clock
}

export function createProvisioningTools(options: ToolOptions): ProvisioningTools {
  const { integrations, requestLog, recorder, clock } = options
  return {
    checkMapping,
    vocabulary: mappingVocabulary,
    async tryMapping(actor, id, { user, mapping }) {
      const integration = await integrations.get(actor, id)
      checkMapping(mapping)
      const rules = {
        ...integration,
        mapping: mappingOf(mapping === undefined ? integration.mapping : mapping),
        now: clock.now(),
      }
      try {
        const sent = readResource(
          withDeclared(userType, await options.customSchemas.current()),
          user,
          profileOf(integration.profile),
        )
        const { input, set, manager } = toChange(sent, undefined, rules)
        const { password, ...fields } = input
        const facts = { id: newId(rules.now.getTime()), now: rules.now, defaultState: integration.defaultState }
        const decision = createUser({ ...fields, manager: null }, facts)
        const further = isJsonObject(set['further']) ? set['further']['values'] : undefined
        return {
          fields: {
            ...fields,
            ...(manager === undefined ? {} : { manager }),
            ...(password === undefined ? {} : { password: redacted }),
          },
          kept: isJsonObject(further) ? { ...further } : {},
          ...(decision.ok ? {} : { refusal: decision.detail ?? decision.code }),
        }
      } catch (error) {
        if (error instanceof AppError) return { fields: {}, kept: {}, refusal: error.message }
        throw error
      }
    },
    async replay(origin, id, requestId) {
      requirePermission(origin.actor, 'integrations.write')
      const integration = await integrations.get(origin.actor, id)
      const { method, path, body } = await requestLog.repeatable(integration.id, requestId)
      // Requests of the built-in integration were those of administrators.
      if (integration.builtIn) requirePermission(origin.actor, 'integrations.provision')
      const actor = (integration.builtIn ? origin.actor : await integrations.actorOf(integration.id)) ?? origin.actor
      const from = { actor, requestId: origin.correlationId ?? '' }
      const caller = await callerOf(from, options, options.baseUrl, `, sent again by ${origin.actor.name}`)
      const { pathname, searchParams } = new URL(path, 'http://hub.invalid')
      const query: Record<string, string> = Object.fromEntries(searchParams)
      const request: ScimRequest = {
        ...{ method, path: decodeURIComponent(pathname), query, body },
        ...{ ifMatch: undefined, ifNoneMatch: undefined, caller },
      }
      const sender = { client: `Sent again by ${origin.actor.name}`, replayOf: requestId }
      const { rowId = '' } = await recorder.record(request, sender, options.run)
      return rowId
    },
  }
}
