import { contactWords } from '@lockstep/ui/contact/contact-words'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { userQuery } from '../hub/queries.ts'
import { behaviourQuestions } from './behaviour-words.ts'
import { fieldName, stateWords } from './words.ts'

/** A value of a change as people read it: states as their chips, a manager by name. */
export function changeWords(field: string, value: unknown): ReactNode {
  if (field === 'manager' && typeof value === 'string' && /^[0-9a-f]{24}$/u.test(value)) return <UserName id={value} />
  if (field === 'restrictedFields' && Array.isArray(value)) return fieldNames(value)
  const answer = questionOf(field)?.choices.find((choice) => choice.value === value)
  return answer?.label ?? contactWords(field, value) ?? stateWords(field, value)
}

/** The fields that an outside directory owns, by their names. */
function fieldNames(owned: readonly unknown[]): string | undefined {
  const names = owned.flatMap((each) => {
    const field = typeof each === 'object' && each !== null && 'field' in each ? each.field : undefined
    return typeof field === 'string' ? [fieldName(field)] : []
  })
  return names.length === 0 ? undefined : names.join(', ')
}

/** The name of a user; the id while it is asked for, and for good when the user is gone. */
function UserName({ id }: { readonly id: string }): ReactElement {
  const user = useQuery({ ...userQuery(id), retry: false }).data
  return <>{user ? user.name : id}</>
}

/** The name of what changed; a setting of a domain as its question. */
export function changeName(field: string): string {
  return questionOf(field)?.question ?? fieldName(field)
}

function questionOf(field: string) {
  return behaviourQuestions.find((each) => `behaviour.${each.field}` === field)
}
