import { Radio } from '@mantine/core'
import type { ReactElement } from 'react'
import type { behaviourQuestions } from '../../words/behaviour-words.ts'
import type { importQuestions } from '../../words/import-words.ts'
import type { BehaviourPart } from './behaviour-part.ts'

interface AnswerQuestionsProps extends BehaviourPart {
  readonly questions: readonly (typeof behaviourQuestions | typeof importQuestions)[number][]
}

/** Questions about what a domain does to users here, each with its answers and what comes of them. */
export function AnswerQuestions({ questions, behaviour, denied, onChange }: AnswerQuestionsProps): ReactElement {
  return (
    <>
      {questions.map(({ field, question, choices }) => (
        <Radio.Group
          key={field}
          label={question}
          value={behaviour[field]}
          onChange={(value) => onChange({ [field]: value })}
          readOnly={denied !== undefined}
        >
          <div className="ls-stack portal-radios">
            {choices.map(({ value, label, effect }) => (
              <Radio key={value} value={value} label={label} description={effect} disabled={denied !== undefined} />
            ))}
          </div>
        </Radio.Group>
      ))}
    </>
  )
}
