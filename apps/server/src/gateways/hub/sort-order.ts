import { AppError } from '@lockstep/contract/app-error'

/** A field to sort by, by the directory's name of it. */
export interface SortOrder {
  readonly field: string
  readonly descending: boolean
}

/** Reads the parameter `sort` by a table from the names on the wire to the directory's; the table's first name is the default. */
export function readSort(text: string | undefined, fields: Readonly<Record<string, string>>): SortOrder {
  const names = Object.keys(fields)
  const asked = text ?? names[0] ?? ''
  const name = asked.replace(/^-/, '')
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field === undefined)
    throw new AppError('invalid_request', {
      field: 'sort',
      detail: `sort: must be one of ${names.join(', ')}, with a leading - for the other direction.`,
    })
  return { field, descending: asked.startsWith('-') }
}

/** Refuses the parameter `sort` of a list that has one order only. */
export function requireNoSort(text: string | undefined): void {
  if (text === undefined) return
  throw new AppError('invalid_request', { field: 'sort', detail: 'sort: this list has one order only. Leave it out.' })
}
