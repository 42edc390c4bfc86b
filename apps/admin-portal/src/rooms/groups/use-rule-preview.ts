import type { RulePreview } from '@lockstep/contract/hub/group'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { hub } from '../../hub/hub.ts'
import type { WrittenRule } from './rule-conditions.ts'

const restMs = 300
export const previewRows = 8

interface RulePreviewState {
  /** The last answer, which may be about an earlier rule. */
  readonly preview: RulePreview | undefined
  /** True while the answer to what is typed now is awaited. */
  readonly isBehind: boolean
  readonly error: unknown
  readonly retry: () => void
}

interface PreviewedRule {
  /** Undefined while it is not complete. */
  readonly rule: WrittenRule | undefined
  readonly groupId: string
  readonly exemptions: readonly string[]
}

/** Whom a rule names, asked for once the typing rests; answers to earlier rules are dropped. */
export function useRulePreview({ rule, groupId, exemptions }: PreviewedRule): RulePreviewState {
  const text = rule === undefined ? '' : JSON.stringify({ rule, exemptions })
  const [settled] = useDebouncedValue(text, restMs)
  const query = useQuery({
    queryKey: ['rule-preview', groupId, settled],
    queryFn: ({ signal }) => {
      const asked = JSON.parse(settled) as { rule: WrittenRule; exemptions: string[] }
      return hub.groups.preview(
        { memberQuery: asked.rule, groupId, memberQueryExemptions: asked.exemptions, limit: previewRows },
        signal,
      )
    },
    enabled: settled !== '',
    placeholderData: keepPreviousData,
  })
  const isBehind = text !== settled || (query.isFetching && query.isPlaceholderData)
  return {
    preview: text === '' ? undefined : query.data,
    isBehind,
    error: isBehind || text === '' ? undefined : (query.error ?? undefined),
    retry: () => void query.refetch(),
  }
}
