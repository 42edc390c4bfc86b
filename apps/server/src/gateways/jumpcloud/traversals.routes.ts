// What can be reached from an object of the graph, with the ways that lead there. Kinds of objects that the hub does not hold are empty lists.
import type { Permission } from '@lockstep/contract/access'
import type { GraphService } from '../../directory/inventory/graph.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { connection, graphCondition, type GraphType, withPaths } from './graph.ts'
import {
  type GraphOptions,
  type GraphSubject,
  graphSubjects,
  requireSubject,
  type SubjectType,
} from './graph-subjects.ts'
import { ListParameters, parseListQuery, v2List, v2Page } from './list-query.ts'
import { IdPath } from './object-id.ts'

type Reached = Awaited<ReturnType<GraphService['traverse']>>['objects'][number]

/** The last part of the address, and what it leads to. */
const ends: Readonly<Record<SubjectType, Readonly<Record<string, GraphType>>>> = {
  user: {
    activedirectories: 'active_directory',
    applications: 'application',
    directories: 'active_directory',
    systemgroups: 'system_group',
    systems: 'system',
  },
  user_group: {
    activedirectories: 'active_directory',
    applications: 'application',
    directories: 'active_directory',
    systemgroups: 'system_group',
    systems: 'system',
  },
  system: { memberof: 'system_group', usergroups: 'user_group', users: 'user' },
  system_group: { membership: 'system', usergroups: 'user_group', users: 'user' },
  application: { usergroups: 'user_group', users: 'user' },
}

const outside = ['gsuites', 'ldapservers', 'office365s', 'policies', 'policygroups', 'radiusservers']
/** Documented lists of what the hub does not hold. */
const emptyEnds: Readonly<Record<SubjectType, readonly string[]>> = {
  user: [...outside, 'policystatuses', 'pushendpoints'],
  user_group: [...outside, 'memberof'],
  system: ['commands', 'policies', 'policygroups', 'policystatuses', 'softwareappstatuses'],
  system_group: ['commands', 'memberof', 'policies', 'policygroups'],
  application: [],
}

const needs: Readonly<Partial<Record<GraphType, Permission>>> = {
  active_directory: 'directories.read',
  system: 'inventory.read',
  application: 'inventory.read',
}

/** The walks from users, groups, devices and applications. */
export function traversalRoutes(options: GraphOptions): readonly Route[] {
  return graphSubjects.flatMap((subject) => [
    ...Object.entries(ends[subject.type]).map(([end, to]) => traversal(options, subject, { end, to })),
    ...emptyEnds[subject.type].map((end) => emptyTraversal(options, subject, end)),
  ])
}

function traversal(
  options: GraphOptions,
  subject: GraphSubject,
  { end, to }: { readonly end: string; readonly to: GraphType },
): Route {
  return defineRoute({
    method: 'GET',
    path: `${subject.path}/${end}`,
    summary: `List the ${to.replace('_', ' ')} objects that a ${subject.name} reaches, with the paths to them`,
    access: { scheme: 'administrator', permission: needs[to] ?? subject.reading },
    params: IdPath,
    query: ListParameters,
    async handle({ actor, params, query, url }) {
      const { limit, skip, condition } = parseListQuery(query, 'v2')
      const id = await requireSubject(options, subject, { actor, text: params.id })
      const { objects, total } = await options.graph.traverse(
        { from: subject.type, id, to },
        { limit, skip, condition: condition === undefined ? undefined : graphCondition(condition, to) },
      )
      return v2Page(objects.map(renderReached), { total, url, limit, skip })
    },
  })
}

function emptyTraversal(options: GraphOptions, subject: GraphSubject, end: string): Route {
  return defineRoute({
    method: 'GET',
    path: `${subject.path}/${end}`,
    summary: `List the ${end} of a ${subject.name}; there are none`,
    access: { scheme: 'administrator', permission: subject.reading },
    params: IdPath,
    query: ListParameters,
    async handle({ actor, params, query }) {
      parseListQuery(query, 'v2')
      await requireSubject(options, subject, { actor, text: params.id })
      return v2List([], 0)
    },
  })
}

/** An object with its paths. A group that is reached shows its own attributes among the compiled ones. */
function renderReached({ kind, id, compiledAttributes, paths }: Reached): object {
  const own = paths[0]?.at(-1)?.attributes ?? null
  return {
    ...withPaths(
      { type: kind, id },
      paths.map((path) =>
        path.map((step) =>
          connection({ type: step.kind, id: step.id, attributes: step.attributes }, step.edgeAttributes),
        ),
      ),
    ),
    compiledAttributes: own === null && compiledAttributes === null ? null : { ...own, ...compiledAttributes },
  }
}
