import { AppError } from '@lockstep/contract/app-error'
import type { UseCase } from '@lockstep/contract/hub/directory'
import Type, { type Static } from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { configurationOf } from '../../processes/ad/configuration.rules.ts'
import type { WireSettings } from '../../processes/ad/domain.service.ts'
import type { ActiveDirectoryDomains } from './active-directory-domains.ts'
import { originOf } from './change-origin.ts'
import { ListParameters } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'
import { renderDomain } from './render-active-directory.ts'
import { listRows } from './row-list.ts'

export interface ActiveDirectoryOptions {
  readonly domains: ActiveDirectoryDomains
  readonly organizationId: string
}

const UseCaseText = Type.Union([
  Type.Null(),
  Type.Literal('UNSET'),
  Type.Literal('TWOWAYSYNC'),
  Type.Literal('JCASAUTHORITY'),
  Type.Literal('ADASAUTHORITY'),
])
const DelegationState = Type.Union([
  Type.Null(),
  Type.Literal('ENABLED'),
  Type.Literal('PENDING'),
  Type.Literal('DISABLED'),
])
const Switch = Type.Union([Type.Boolean(), Type.Null()])

/** A domain in a request; JumpCloud's own samples spell the fields with underscores. */
const DomainBody = Type.Object({
  domain: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  useCase: Type.Optional(UseCaseText),
  use_case: Type.Optional(UseCaseText),
  groupsEnabled: Type.Optional(Switch),
  groups_enabled: Type.Optional(Switch),
  delegationState: Type.Optional(DelegationState),
  delegation_state: Type.Optional(DelegationState),
})
type DomainBody = Static<typeof DomainBody>

const sortable = [
  'id',
  'domain',
  'useCase',
  'groupsEnabled',
  'delegationState',
  'primaryAgent',
  'primaryImportAgent',
  'updatedAt',
]

/** Active Directory domains of v2. */
export function activeDirectoryRoutes(options: ActiveDirectoryOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options)]
}

function readingRoutes({ domains, organizationId }: ActiveDirectoryOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/activedirectories',
      summary: 'List Active Directory domains',
      access,
      query: ListParameters,
      async handle({ actor, query, url }) {
        const rows = (await domains.list(actor)).map((domain) => renderDomain(domain, organizationId))
        return listRows(rows, query, sortable, url)
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/activedirectories/:id',
      summary: 'Read an Active Directory domain',
      access,
      params: IdPath,
      handle: async ({ actor, params }) => ({
        body: renderDomain(await domains.get(actor, requireObjectId(params.id, 'id')), organizationId),
      }),
    }),
  ]
}

function writingRoutes({ domains, organizationId }: ActiveDirectoryOptions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v2/activedirectories',
      summary: 'Connect an Active Directory domain',
      access,
      body: DomainBody,
      reply: { status: 201 },
      async handle(request) {
        const domain = request.body.domain ?? ''
        if (domain.trim() === '')
          throw new AppError('invalid_request', {
            field: 'domain',
            detail: 'domain: is required, such as DC=corp;DC=example.',
          })
        const { useCase, behaviour } = settings(request.body, 'TWOWAYSYNC')
        const origin = originOf(request)
        const created = await domains.create(origin, { domain, ...(useCase === undefined ? {} : { useCase }) })
        const set = behaviour === undefined ? created : await domains.change(origin, created.id, { behaviour })
        return { status: 201, body: renderDomain(set, organizationId) }
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v2/activedirectories/:id',
      summary: 'Change the named settings of an Active Directory domain',
      access,
      params: IdPath,
      body: DomainBody,
      async handle(request) {
        const id = requireObjectId(request.params.id, 'id')
        const present = await domains.get(request.actor, id)
        const input = settings(request.body, present.useCase)
        return { body: renderDomain(await domains.change(originOf(request), id, input), organizationId) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v2/activedirectories/:id',
      summary: 'Disconnect an Active Directory domain and answer it as it was',
      access,
      params: IdPath,
      async handle(request) {
        const id = requireObjectId(request.params.id, 'id')
        return { body: renderDomain(await domains.remove(originOf(request), id), organizationId) }
      },
    }),
  ]
}

/** What a body sets. A switch that the hub does not have is refused rather than taken and forgotten. */
function settings(body: DomainBody, present: UseCase): WireSettings {
  if ((body.groupsEnabled ?? body.groups_enabled) === false)
    throw new AppError('invalid_request', {
      field: 'groupsEnabled',
      detail: 'groupsEnabled: must be true. Groups in scope are always kept in step.',
    })
  const named = body.useCase ?? body.use_case
  const useCase = named === undefined || named === null || named === 'UNSET' ? undefined : named
  const delegation = body.delegationState ?? body.delegation_state ?? undefined
  return {
    ...(useCase === undefined ? {} : { useCase }),
    ...(delegation === undefined ? {} : { behaviour: delegated(delegation, useCase ?? present) }),
  }
}

/** Delegated Password Validation. Where only the domain, or only the hub, has passwords, it follows from the configuration. */
function delegated(
  state: 'ENABLED' | 'PENDING' | 'DISABLED',
  useCase: UseCase,
): NonNullable<WireSettings['behaviour']> {
  const { isDelegationFixed, delegatedAuthority } = configurationOf(useCase)
  const wanted = state === 'DISABLED' ? 'none' : 'directory'
  if (isDelegationFixed && wanted !== delegatedAuthority)
    throw new AppError('invalid_request', {
      field: 'delegationState',
      detail: `delegationState: cannot be ${state} with the use case ${useCase}.`,
    })
  return { delegatedAuthority: wanted }
}
