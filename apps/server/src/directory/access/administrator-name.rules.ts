import { AppError } from '@lockstep/contract/app-error'
import { requireName } from './access.rules.ts'

/** A name as a whole, or told apart. */
export interface NamesInput {
  readonly name?: string | undefined
  readonly firstname?: string | undefined
  readonly lastname?: string | undefined
}

export interface Names {
  readonly name: string
  /** Null for a name that was never told apart. */
  readonly firstname: string | null
  readonly lastname: string | null
}

const maxLength = 200

/** The names once the input holds: a part changes the whole, a whole forgets the parts. */
export function chosenNames({ name, firstname, lastname }: NamesInput, present: Names): Names {
  if (firstname === undefined && lastname === undefined) {
    if (name === undefined) return { name: present.name, firstname: present.firstname, lastname: present.lastname }
    return { name: requireName(name), firstname: null, lastname: null }
  }
  const parts = toldApart(present)
  const first = (firstname ?? parts.firstname).trim()
  const last = (lastname ?? parts.lastname).trim()
  const whole = [first, last].filter(Boolean).join(' ')
  if (whole.length > maxLength)
    throw new AppError('invalid_request', { field: 'lastname', detail: 'lastname: the name is too long as a whole.' })
  return { name: name === undefined ? whole || present.name : requireName(name), firstname: first, lastname: last }
}

/** First and last name; of a name that was never told apart the last word is the last name. */
export function toldApart({ name, firstname, lastname }: Names): { firstname: string; lastname: string } {
  if (firstname !== null || lastname !== null) return { firstname: firstname ?? '', lastname: lastname ?? '' }
  const words = name.split(/\s+/)
  return words.length < 2
    ? { firstname: name, lastname: '' }
    : { firstname: words.slice(0, -1).join(' '), lastname: words.at(-1) ?? '' }
}
