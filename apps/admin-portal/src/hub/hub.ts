import { createHubClient } from '@lockstep/client/hub-client'

/** The hub that served this page. */
export const hub = createHubClient({ baseUrl: '' })
