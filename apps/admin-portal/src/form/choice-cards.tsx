import { Radio } from '@mantine/core'
import type { ReactElement } from 'react'
import './choice-cards.css'

interface Choice<T extends string> {
  readonly value: T
  readonly label: string
  /** What the choice means, in a sentence. */
  readonly detail: string
}

interface ChoiceCardsProps<T extends string> {
  readonly label: string
  readonly choices: readonly Choice<T>[]
  readonly value: T
  readonly onChange: (value: T) => void
}

/** One of a few, each explained. */
export function ChoiceCards<T extends string>({ label, choices, value, onChange }: ChoiceCardsProps<T>): ReactElement {
  return (
    <Radio.Group
      label={label}
      value={value}
      onChange={(next) => onChange(choices.find((each) => each.value === next)?.value ?? value)}
    >
      <div className="choice-cards">
        {choices.map((choice) => (
          <Radio
            key={choice.value}
            className="choice-card"
            value={choice.value}
            label={choice.label}
            description={choice.detail}
          />
        ))}
      </div>
    </Radio.Group>
  )
}
