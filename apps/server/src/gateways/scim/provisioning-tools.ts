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
import { isDeclaredField } from '../../directory/users/user-rows.rules.ts'
import { createUser } from '../../directory/users/user.rules.ts'
import { checkMapping, mappingOf, mappingVocabulary } from './attribute-mapping.ts'
import { profileOf } from './client-profile.ts'
import { mappedFields, withMappedValues } from './declared-mapping.ts'
import { isDeclared, withDeclared } from './declared-types.ts'
import { readAddress } from './request-address.ts'
import { readResource } from './read-resource.ts'
import type { Recorder } from './request-recorder.ts'
import { callerOf, type CallerSources, type ScimReply, type ScimRequest } from './scim-request.ts'
import { toChange } from './user-mapping.ts'
import { userType } from './user-schemas.ts'

export interface ProvisioningTools {
  /** Refuses a table that cannot be used, with the place of the first fault, and read-only attributes that nobody declared. */
  checkSettings(settings: CheckedSettings): Promise<void>
  vocabulary(): Promise<MappingVocabulary>
  /** What would become of a user; nothing is stored. */
  tryMapping(actor: ChangeOrigin['actor'], id: string, trial: MappingTry): Promise<MappingTried>
  /** Sends a failed write again, as the integration; answers the id of its new row in the log. */
  replay(origin: ChangeOrigin, id: string, requestId: string): Promise<string>
}

/** What of an integration's settings may name declared attributes. */
export interface CheckedSettings {
  readonly mapping?: readonly MappingRow[] | null
  readonly readOnlyFields?: readonly string[]
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
  const { integrations, requestLog, recorder, clock, customSchemas } = options
  return {
    async checkSettings({ mapping, readOnlyFields = [] }) {
      const declared = await customSchemas.current()
      checkMapping(mapping, declared)
      const stranger = readOnlyFields.find((field) => isDeclaredField(field) && !isDeclared(declared, field))
      if (stranger !== undefined)
        throw new AppError('invalid_request', {
          field: 'readOnlyFields',
          detail: `readOnlyFields: "${stranger.slice(0, 100)}" is not declared for users. Name it as URN:NAME.`,
        })
    },
    vocabulary: async () => mappingVocabulary(await customSchemas.current()),
    async tryMapping(actor, id, { user, mapping }) {
      const integration = await integrations.get(actor, id)
      const declared = await customSchemas.current()
      checkMapping(mapping, declared)
      const table = mappingOf(mapping === undefined ? integration.mapping : mapping, declared)
      const rules = { ...integration, mapping: table, now: clock.now() }
      try {
        const type = withDeclared(userType, declared)
        const sent = readResource(type, user, profileOf(integration.profile))
        const mapped = withMappedValues(type, sent, undefined, table.declared)
        const { input, set, manager } = toChange(sent, undefined, rules)
        const { password, ...fields } = input
        const facts = { id: newId(rules.now.getTime()), now: rules.now, defaultState: integration.defaultState }
        const decision = createUser({ ...fields, manager: null }, facts)
        const further = isJsonObject(set['further']) ? set['further']['values'] : undefined
        return {
          fields: {
            ...fields,
            ...mappedFields(mapped, table.declared),
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
      const request: ScimRequest = {
        ...{ method, ...readAddress(`/scim/v2${path}`), body },
        ...{ ifMatch: undefined, ifNoneMatch: undefined, caller },
      }
      const sender = { client: `Sent again by ${origin.actor.name}`, replayOf: requestId }
      const { rowId = '' } = await recorder.record(request, sender, options.run)
      return rowId
    },
  }
}
