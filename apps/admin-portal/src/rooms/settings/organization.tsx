import type { OrganizationSettings } from '@lockstep/contract/hub/organization'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { settingsQuery } from '../../hub/queries.ts'
import { reloadSession } from '../../session/reload-session.ts'
import { useSession } from '../../session/use-session.ts'
import { OrganizationForm } from './organization-form.tsx'

/** What holds for everybody. */
export function Organization(): ReactElement {
  const { denial } = useSession()
  const denied = denial('settings.read')
  const query = useQuery({ ...settingsQuery, enabled: denied === undefined })
  if (denied !== undefined) return <p className="ls-dim">{denied}</p>
  return (
    <QueryView query={query} what="The settings">
      {(settings) => <Editor settings={settings} />}
    </QueryView>
  )
}

/** Starts from what was stored when it was opened or saved last, so that news from elsewhere never takes away what is being typed. */
function Editor({ settings }: { readonly settings: OrganizationSettings }): ReactElement {
  const queries = useQueryClient()
  const router = useRouter()
  const [base, setBase] = useState({ settings, version: 0 })
  const saved = async (next: OrganizationSettings): Promise<void> => {
    queries.setQueryData(settingsQuery.queryKey, next)
    setBase(({ version }) => ({ settings: next, version: version + 1 }))
    if (!next.requireSecondFactor) return
    // Whoever asked for it may lack it, and is led to the set-up.
    await reloadSession(queries)
    await router.invalidate()
  }
  return <OrganizationForm key={base.version} settings={base.settings} onSaved={(next) => void saved(next)} />
}
