import type { IntegrationRow, MappingRow, MappingVocabulary } from '@lockstep/contract/hub/integration'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { type DraftRow, draftOf, faultyRow, missingIn, rowsOf } from './mapping-draft.ts'

export interface MappingTable {
  readonly draft: readonly DraftRow[]
  /** True while it is the usual table, untouched. */
  readonly isUsual: boolean
  /** What would be saved; null is the usual table. */
  readonly wanted: MappingRow[] | null
  readonly dirty: boolean
  /** What is wrong with a row, by its key. */
  readonly fault: { readonly key: number; readonly words: string } | undefined
  readonly failure: unknown
  readonly isSaving: boolean
  readonly change: (next: readonly DraftRow[]) => void
  /** Begins anew with these rows; null: with the usual table. */
  readonly start: (rows: readonly MappingRow[] | null) => void
  readonly submit: () => void
}

/** The table of an integration while it is edited. */
export function useMappingDraft(integration: IntegrationRow, vocabulary: MappingVocabulary): MappingTable {
  const [draft, setDraft] = useState(() => draftOf(integration.mapping ?? vocabulary.usual))
  const [isUsual, setUsual] = useState(integration.mapping === null)
  const [fault, setFault] = useState<MappingTable['fault']>()
  const wanted = isUsual ? null : rowsOf(draft)
  const save = useAct({
    run: (mapping: MappingRow[] | null) => hub.integrations.update(integration.id, { mapping }),
    done: `Mapping of ${integration.name} saved`,
    touches: ['integrations'],
  })
  const change = (next: readonly DraftRow[]): void => {
    setDraft(next)
    setUsual(false)
    setFault(undefined)
    save.reset()
  }
  return {
    draft,
    isUsual,
    wanted,
    dirty: JSON.stringify(wanted) !== JSON.stringify(integration.mapping),
    fault,
    failure: save.error,
    isSaving: save.isPending,
    change,
    start(rows) {
      change(draftOf(rows ?? vocabulary.usual))
      setUsual(rows === null)
    },
    submit() {
      const missing = isUsual ? undefined : missingIn(draft)
      setFault(missing)
      if (missing !== undefined) return
      save.mutate(wanted, {
        onError: (error) => {
          const { field, detail } = failureOf(error)
          const key = faultyRow(draft, field)
          if (key !== undefined) setFault({ key, words: detail.replace(/^mapping\.\d+\.\w+: /u, '') })
        },
      })
    },
  }
}
