import type { IntegrationRow, MappingRow, MappingTried } from '@lockstep/contract/hub/integration'
import { CodeBlock } from '@lockstep/ui/code-block'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { valueText } from '@lockstep/ui/value-text'
import { Textarea } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { mappingTrialQuery } from '../../hub/queries.ts'
import { changeWords } from '../../words/change-words.tsx'
import { fieldName } from '../../words/words.ts'
import { firstSample, sampleOf } from './mapping-draft.ts'

interface MappingSampleProps {
  readonly integration: IntegrationRow
  /** The table to be tried; null is the usual one. */
  readonly mapping: MappingRow[] | null
  /** False while a row is not filled in. */
  readonly isReady: boolean
}

const restMs = 300

/** A user as a client would send it, and the user that would come of it; nothing is stored. */
export function MappingSample({ integration, mapping, isReady }: MappingSampleProps): ReactElement {
  const [text, setText] = useState(firstSample)
  const [rested] = useDebouncedValue(JSON.stringify({ text, mapping, profile: integration.updated }), restMs)
  const tried = JSON.parse(rested) as { readonly text: string; readonly mapping: MappingRow[] | null }
  const sample = sampleOf(tried.text)
  const trial = useQuery({
    ...mappingTrialQuery(integration.id, { user: sample ?? {}, mapping: tried.mapping }),
    enabled: sample !== undefined && isReady,
    placeholderData: keepPreviousData,
    retry: false,
  })
  return (
    <Section title="Try it" detail="Nothing is stored.">
      <Textarea
        label="A user as the client sends it"
        className="integration-json"
        autosize
        minRows={8}
        maxRows={20}
        spellCheck={false}
        value={text}
        error={sampleOf(text) === undefined ? 'Enter an object in JSON.' : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <FailureNotice error={trial.error} title="The sample could not be tried." isRepeatable />
      <div aria-live="polite">{trial.data && trial.error === null && <Result tried={trial.data} />}</div>
    </Section>
  )
}

function Result({ tried }: { readonly tried: MappingTried }): ReactElement {
  const fields = Object.entries(tried.fields).filter(([, value]) => valueText(value) !== 'empty')
  return (
    <div className="ls-stack">
      {tried.refusal !== undefined && (
        <div className="ls-notice ls-tone-amber" role="status">
          <div className="ls-notice-body">
            <p className="ls-notice-title">The user would be refused</p>
            <p>{tried.refusal}</p>
          </div>
        </div>
      )}
      <h3>The user here</h3>
      <dl className="integration-result" aria-label="The user here">
        {fields.map(([field, value]) => (
          <div key={field}>
            <dt>{fieldName(field)}</dt>
            <dd>{changeWords(field, value) ?? valueText(value)}</dd>
          </div>
        ))}
      </dl>
      {Object.keys(tried.kept).length > 0 && (
        <>
          <h3>Kept as it was sent</h3>
          <CodeBlock label="Kept as it was sent" text={JSON.stringify(tried.kept, undefined, 2)} />
        </>
      )}
    </div>
  )
}
