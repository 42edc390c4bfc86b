// A request of this protocol, whether it came by itself or within a bulk one, and its answer.
import type { Actor } from '@lockstep/contract/access'
import type { JsonObject } from '@lockstep/kernel/json'
import type { CustomSchemaService } from '../../directory/custom-schemas/custom-schema.service.ts'
import type { Declared } from '../../directory/custom-schemas/custom-schema.rules.ts'
import type { IntegrationService } from '../../directory/integrations/integration.service.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import { type AttributeMapping, mappingOf } from './attribute-mapping.ts'
import { type ClientProfile, profileOf } from './client-profile.ts'
import { ScimRefusal } from './scim-refusal.ts'

/** The integration on whose behalf a request comes. */
export type Integration = Awaited<ReturnType<IntegrationService['ofActor']>>

export interface ScimRequest {
  readonly method: string
  /** The path behind the base, without query. */
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
  readonly body: unknown
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
  readonly caller: Caller
}

/** Who asks, and how they speak. */
export interface Caller {
  readonly actor: Actor
  readonly origin: ChangeOrigin
  readonly integration: Integration
  readonly profile: ClientProfile
  readonly mapping: AttributeMapping
  /** The schemas and types of administrators, the same throughout the request. */
  readonly declared: Declared
  /** The address before `/Users`. */
  readonly baseUrl: string
  readonly notes: RequestNotes
}

/** What comes about while a request is carried out; it is told in the integration's log. */
export interface RequestNotes {
  /** What the guard said about whom, so that it is asked once. */
  readonly verdicts: Map<string, 'now' | 'held'>
  /** Something of it waits until a person releases it. */
  isHeld?: boolean
  /** What was there before a change or deletion. */
  subject?: JsonObject
  /** Better words for what was done. */
  words?: string
}

export function newNotes(): RequestNotes {
  return { verdicts: new Map() }
}

export interface ScimReply {
  readonly status: number
  readonly body?: JsonObject
  readonly headers?: Readonly<Record<string, string>>
}

/** What is known about those who ask. */
export interface CallerSources {
  readonly integrations: Pick<IntegrationService, 'ofActor'>
  readonly customSchemas: Pick<CustomSchemaService, 'current'>
}

/** Who asks, from what the HTTP server knows. */
export async function callerOf(
  { actor, requestId }: { readonly actor: Actor; readonly requestId: string },
  { integrations, customSchemas }: CallerSources,
  baseUrl: string,
  why = '',
): Promise<Caller> {
  const integration = await integrations.ofActor(actor)
  const cause = { kind: 'request', text: `SCIM: ${integration.name}${why}` } as const
  const declared = await customSchemas.current()
  return {
    actor,
    origin: { actor, cause, correlationId: requestId },
    integration,
    profile: profileOf(integration.profile),
    mapping: mappingOf(integration.mapping, declared),
    declared,
    baseUrl,
    notes: newNotes(),
  }
}

/** The tag of a version. */
export function entityTag(version: string): string {
  return `W/"${version}"`
}

function holds(tags: string, version: string): boolean {
  return tags.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//i, '') === `"${version}"`)
}

/** Refuses unless the preconditions of a change hold (RFC 7644, section 3.14); tags compare weakly. */
export function requirePreconditions(
  { ifMatch, ifNoneMatch }: Pick<ScimRequest, 'ifMatch' | 'ifNoneMatch'>,
  version: string,
): void {
  const isMet =
    (ifMatch === undefined || holds(ifMatch, version)) && (ifNoneMatch === undefined || !holds(ifNoneMatch, version))
  if (!isMet) throw preconditionFailed()
}

/** Whether the client has the version already. */
export function isKnown({ ifNoneMatch }: Pick<ScimRequest, 'ifNoneMatch'>, version: string): boolean {
  return ifNoneMatch !== undefined && holds(ifNoneMatch, version)
}

export function preconditionFailed(): ScimRefusal {
  return new ScimRefusal(undefined, 'The resource is not as the precondition says. Read it again.', 412)
}
