import type { UseCase } from '@lockstep/contract/hub/directory'
import type { ReactElement } from 'react'
import { ChoiceCards } from '../../form/choice-cards.tsx'
import { configurationWords, useCaseOrder } from '../../words/configuration-words.ts'

interface ConfigurationChoiceProps {
  readonly value: UseCase
  /** The one that the domain has now. */
  readonly present?: UseCase
  readonly onChange: (useCase: UseCase) => void
}

/** The three ways of managing a domain, each in one sentence. */
export function ConfigurationChoice({ value, present, onChange }: ConfigurationChoiceProps): ReactElement {
  return (
    <ChoiceCards
      label="Who decides about users, groups and passwords"
      value={value}
      onChange={onChange}
      choices={useCaseOrder.map((useCase) => ({
        value: useCase,
        label: configurationWords[useCase].title + (useCase === present ? ' (as it is now)' : ''),
        detail: configurationWords[useCase].sentence,
      }))}
    />
  )
}
