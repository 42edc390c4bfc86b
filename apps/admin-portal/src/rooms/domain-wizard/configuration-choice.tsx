import type { UseCase } from '@lockstep/contract/hub/directory'
import { Radio } from '@mantine/core'
import type { ReactElement } from 'react'
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
    <Radio.Group
      label="Who decides about users, groups and passwords"
      value={value}
      onChange={(next) => onChange(useCaseOrder.find((each) => each === next) ?? value)}
    >
      <div className="wizard-choices">
        {useCaseOrder.map((useCase) => (
          <Radio
            key={useCase}
            className="wizard-choice"
            value={useCase}
            label={configurationWords[useCase].title + (useCase === present ? ' (as it is now)' : '')}
            description={configurationWords[useCase].sentence}
          />
        ))}
      </div>
    </Radio.Group>
  )
}
