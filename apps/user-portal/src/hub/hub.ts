import { createPortalClient } from '@lockstep/client/portal-client'

/** The hub that served this page. */
export const hub = createPortalClient({ baseUrl: '' })
