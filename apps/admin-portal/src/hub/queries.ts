import type { JournalQuery } from '@lockstep/contract/hub/journal'
import { queryOptions } from '@tanstack/react-query'
import { hub } from './hub.ts'

/** An agent that falls silent and a plan that is held or withdrawn write no entry, so they are asked for now and then. */
const healthMs = 15_000

/** The session; asked once, then changed by signing in and out. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => hub.session.get(signal),
  staleTime: Number.POSITIVE_INFINITY,
})

export const userQuery = (id: string) =>
  queryOptions({ queryKey: ['users', 'detail', id], queryFn: ({ signal }) => hub.users.get(id, signal) })

export const explanationQuery = (id: string) =>
  queryOptions({ queryKey: ['users', 'explanation', id], queryFn: ({ signal }) => hub.users.explain(id, signal) })

/** The number of users that match; the rows do not matter. */
export const userCountQuery = (query: { readonly state?: 'STAGED' | 'ACTIVATED' | 'SUSPENDED' }) =>
  queryOptions({
    queryKey: ['users', 'count', query],
    queryFn: async ({ signal }) => (await hub.users.list({ ...query, limit: 1 }, signal)).total,
  })

export const groupQuery = (id: string) =>
  queryOptions({ queryKey: ['groups', 'detail', id], queryFn: ({ signal }) => hub.groups.get(id, signal) })

export const groupCountQuery = queryOptions({
  queryKey: ['groups', 'count'],
  queryFn: async ({ signal }) => (await hub.groups.list({ limit: 1 }, signal)).total,
})

export const directoriesQuery = queryOptions({
  queryKey: ['directories', 'all'],
  queryFn: async ({ signal }) => (await hub.directories.list(signal)).items,
  refetchInterval: healthMs,
})

export const directoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['directories', 'detail', id],
    queryFn: ({ signal }) => hub.directories.get(id, signal),
    refetchInterval: healthMs,
  })

export const heldPlansQuery = queryOptions({
  queryKey: ['plans', 'held'],
  queryFn: ({ signal }) => hub.plans.list({ state: 'quarantined', limit: 50 }, signal),
  refetchInterval: healthMs,
})

export const planQuery = (id: string) =>
  queryOptions({
    queryKey: ['plans', 'detail', id],
    queryFn: ({ signal }) => hub.plans.get(id, signal),
    refetchInterval: healthMs,
  })

export const administratorsQuery = queryOptions({
  queryKey: ['administrators'],
  queryFn: async ({ signal }) => (await hub.administrators.list(signal)).items,
})

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await hub.apiKeys.list(signal)).items,
})

export const recentJournalQuery = (query: JournalQuery) =>
  queryOptions({ queryKey: ['journal', 'recent', query], queryFn: ({ signal }) => hub.journal.list(query, signal) })
