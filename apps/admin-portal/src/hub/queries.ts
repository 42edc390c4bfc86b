import type { UserFilter } from '@lockstep/contract/hub/bulk-action'
import type { DirectoryUpdate } from '@lockstep/contract/hub/directory'
import type { ContainerPreviewRequest } from '@lockstep/contract/hub/directory-container'
import type { MappingTry } from '@lockstep/contract/hub/integration'
import type { JournalQuery } from '@lockstep/contract/hub/journal'
import { queryOptions } from '@tanstack/react-query'
import { hub } from './hub.ts'

/** An agent that falls silent writes no entry, so the directories' health is asked for now and then. All else follows the live line. */
const healthMs = 60_000
/** Often enough for a bar that moves. */
const progressMs = 400
const mailMs = 1_500
/** Requests of integrations are no entries of the journal. */
const integrationsMs = 15_000
const firstRequestMs = 2_000

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

/** Below the user's own key, so that what changes the user fetches these anew. */
export const scheduledStatesQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'detail', id, 'scheduled'],
    queryFn: ({ signal }) => hub.users.scheduledStates(id, signal),
  })

export const userSecondFactorQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'detail', id, 'second-factor'],
    queryFn: ({ signal }) => hub.users.secondFactor(id, signal),
  })

export const groupSecondFactorQuery = (id: string) =>
  queryOptions({
    queryKey: ['groups', 'detail', id, 'second-factor'],
    queryFn: ({ signal }) => hub.groups.secondFactor(id, signal),
  })

/** The number of users that match; the rows do not matter. */
export const userCountQuery = (query: UserFilter) =>
  queryOptions({
    queryKey: ['users', 'count', query],
    queryFn: async ({ signal }) => (await hub.users.list({ ...query, limit: 1 }, signal)).total,
  })

export const groupQuery = (id: string) =>
  queryOptions({
    queryKey: ['groups', 'detail', id],
    queryFn: ({ signal }) => hub.groups.get(id, signal),
    // That a rule has been applied is no entry of the journal.
    refetchInterval: (query) => (query.state.data?.settling === true ? progressMs : false),
  })

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

/** The latest comparisons, asked for often while one goes on or is applied. */
export const comparisonsQuery = (id: string) =>
  queryOptions({
    queryKey: ['directories', 'comparisons', id],
    queryFn: ({ signal }) => hub.directories.comparisons(id, signal),
    refetchInterval: (query) =>
      query.state.data?.items.some(
        ({ state, applying }) => state === 'reading' || state === 'comparing' || applying > 0,
      ) === true
        ? progressMs
        : false,
  })

/** Below the user's own key, so that what changes the user fetches it anew. */
export const userDriftQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'detail', id, 'drift'],
    queryFn: ({ signal }) => hub.users.drift(id, signal),
  })

/** What a change of a directory would do. Below the directories' key, so that what happens meanwhile is counted in. */
export const directoryPreviewQuery = (id: string, update: DirectoryUpdate) =>
  queryOptions({
    queryKey: ['directories', 'preview', id, update],
    queryFn: ({ signal }) => hub.directories.preview(id, update, signal),
  })

/** Who would go into which container. */
export const containerPreviewQuery = (id: string, asked: ContainerPreviewRequest) =>
  queryOptions({
    queryKey: ['directories', 'containers', id, asked],
    queryFn: ({ signal }) => hub.directories.previewContainers(id, asked, signal),
  })

export const disconnectionQuery = (id: string) =>
  queryOptions({
    queryKey: ['directories', 'disconnection', id],
    queryFn: async ({ signal }) => (await hub.directories.disconnection(id, signal)).steps,
  })

export const migrationQuery = (id: string) =>
  queryOptions({
    queryKey: ['directories', 'migration', id],
    queryFn: async ({ signal }) => (await hub.directories.migration(id, signal)).steps,
  })

/** What was decided on conflicts of a directory; a handful. */
export const resolutionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['directories', 'resolutions', id],
    queryFn: ({ signal }) => hub.directories.resolutions(id, { limit: 200 }, signal),
  })

/** The agents' files; others only when the hub is another version. */
export const agentBundlesQuery = queryOptions({
  queryKey: ['agent-bundles'],
  queryFn: async ({ signal }) => (await hub.directories.agentBundles(signal)).items,
})

export const integrationsQuery = queryOptions({
  queryKey: ['integrations', 'all'],
  queryFn: async ({ signal }) => (await hub.integrations.list(signal)).items,
  refetchInterval: integrationsMs,
})

export const declarationsQuery = queryOptions({
  queryKey: ['integrations', 'declarations'],
  queryFn: async ({ signal }) => {
    const [schemas, types] = await Promise.all([
      hub.integrations.schemas(signal),
      hub.integrations.resourceTypes(signal),
    ])
    return { schemas: schemas.items, types: types.items }
  },
})

/** How many values each attribute of a schema has. */
export const valueCountsQuery = (key: string) =>
  queryOptions({
    queryKey: ['integrations', 'value-counts', key],
    queryFn: async ({ signal }) => (await hub.integrations.valueCounts(key, signal)).items,
  })

/** Below the user's or group's own key, so that what changes them fetches these anew. */
export const declaredValuesQuery = (kind: 'users' | 'groups', id: string) =>
  queryOptions({
    queryKey: [kind, 'detail', id, 'declared'],
    queryFn: ({ signal }) => hub[kind].declaredValues(id, signal),
  })

export const integrationQuery = (id: string) =>
  queryOptions({
    queryKey: ['integrations', 'detail', id],
    queryFn: ({ signal }) => hub.integrations.get(id, signal),
    refetchInterval: integrationsMs,
  })

/** The latest requests of an integration, reads included; somebody waits for the first. */
export const latestRequestsQuery = (id: string) =>
  queryOptions({
    queryKey: ['integrations', 'latest', id],
    queryFn: ({ signal }) => hub.integrations.requests(id, { limit: 5, reads: true }, signal),
    refetchInterval: firstRequestMs,
  })

export const integrationRequestQuery = (id: string, requestId: string) =>
  queryOptions({
    queryKey: ['integrations', 'request', id, requestId],
    queryFn: ({ signal }) => hub.integrations.request(id, requestId, signal),
  })

/** What tables of integrations are made of, declared attributes too. */
export const mappingVocabularyQuery = queryOptions({
  queryKey: ['integrations', 'attributes'],
  queryFn: ({ signal }) => hub.integrations.vocabulary(signal),
})

/** What would become of a user by a table. */
export const mappingTrialQuery = (id: string, trial: MappingTry) =>
  queryOptions({
    queryKey: ['integrations', 'trial', id, trial],
    queryFn: () => hub.integrations.tryMapping(id, trial),
  })

export const heldPlansQuery = queryOptions({
  queryKey: ['plans', 'held'],
  queryFn: ({ signal }) => hub.plans.list({ state: 'quarantined', limit: 50 }, signal),
})

export const planQuery = (id: string) =>
  queryOptions({ queryKey: ['plans', 'detail', id], queryFn: ({ signal }) => hub.plans.get(id, signal) })

/** The hub's bulk actions, newest first; asked for often while one goes on. */
export const bulkActionsQuery = queryOptions({
  queryKey: ['bulk-actions', 'all'],
  queryFn: async ({ signal }) => (await hub.bulkActions.list(signal)).items,
  refetchInterval: (query) =>
    query.state.data?.some((each) => each.state === 'working') === true ? progressMs : false,
})

/** A bulk job, asked for often while it goes on. */
export const bulkJobQuery = (id: string) =>
  queryOptions({
    queryKey: ['bulk-jobs', 'detail', id],
    queryFn: ({ signal }) => hub.bulkJobs.get(id, signal),
    refetchInterval: (query) =>
      query.state.data?.state === 'receiving' || query.state.data?.state === 'working' ? progressMs : false,
  })

export const administratorsQuery = queryOptions({
  queryKey: ['administrators'],
  queryFn: async ({ signal }) => (await hub.administrators.list(signal)).items,
})

/** The second factor of who is signed in. */
export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: ({ signal }) => hub.session.secondFactor.get(signal),
})

export const rolesQuery = queryOptions({
  queryKey: ['roles'],
  queryFn: ({ signal }) => hub.roles.list(signal),
})

export const serviceAccountsQuery = queryOptions({
  queryKey: ['service-accounts'],
  queryFn: async ({ signal }) => (await hub.serviceAccounts.list(signal)).items,
})

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => hub.settings.get(signal),
})

/** Asked for often while mails are on their way: their tries are no entries of the journal. */
export const mailRoomQuery = queryOptions({
  queryKey: ['notices', 'room'],
  queryFn: ({ signal }) => hub.mail.room(signal),
  refetchInterval: (query) => ((query.state.data?.waiting ?? 0) > 0 ? mailMs : false),
})

/** The last mails, or the last that failed. */
export const noticesQuery = (state: 'failed' | undefined) =>
  queryOptions({
    queryKey: ['notices', 'all', state ?? 'any'],
    queryFn: ({ signal }) => hub.mail.list({ limit: 50, ...(state === undefined ? {} : { state }) }, signal),
    refetchInterval: (query) =>
      query.state.data?.items.some((each) => each.state === 'waiting' || each.state === 'sending') === true
        ? mailMs
        : false,
  })

/** Which mails one wants oneself. */
export const noticePreferencesQuery = queryOptions({
  queryKey: ['notices', 'preferences'],
  queryFn: ({ signal }) => hub.mail.preferences(signal),
})

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await hub.apiKeys.list(signal)).items,
})

export const recentJournalQuery = (query: JournalQuery) =>
  queryOptions({ queryKey: ['journal', 'recent', query], queryFn: ({ signal }) => hub.journal.list(query, signal) })
