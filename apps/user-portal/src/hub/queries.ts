import type { UserSecondFactor } from '@lockstep/contract/portal/second-factor'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { queryOptions } from '@tanstack/react-query'
import { hub } from './hub.ts'

/** While something is on its way to a directory, it is asked for this often. */
const onTheWayMs = 3_000

/** The session; asked once, then changed by every step of signing in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => hub.session.get(signal),
  staleTime: Number.POSITIVE_INFINITY,
})

export const passwordQuery = queryOptions({
  queryKey: ['password'],
  queryFn: ({ signal }) => hub.password.get(signal),
})

export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: ({ signal }) => hub.profile.get(signal),
})

export const directoriesQuery = queryOptions({
  queryKey: ['directories'],
  queryFn: async ({ signal }) => (await hub.directories(signal)).items,
  refetchInterval: (query) =>
    query.state.data?.some(({ state, password }) => state === 'waiting' || password.state === 'on-its-way') === true
      ? onTheWayMs
      : false,
})

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await hub.session.list(signal)).items,
})

/** What a hub answers that offers no second factor to users. */
const notOffered = new Set(['route_not_found', 'not_implemented'])

/** The own second factors; null where the hub offers none. */
export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: async ({ signal }): Promise<UserSecondFactor | null> => {
    try {
      return await hub.secondFactor.get(signal)
    } catch (error) {
      if (notOffered.has(failureOf(error).code)) return null
      throw error
    }
  },
})
