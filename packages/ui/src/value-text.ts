/** A value of a field as a person reads it; absent and empty values become "empty", ids of parts are left out. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'empty'
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : value.map(valueText).join('; ')
  const members = Object.entries(value).filter(
    ([name, each]) => name !== 'id' && name !== '_id' && valueText(each) !== 'empty',
  )
  return members.length === 0 ? 'empty' : members.map(([name, each]) => `${name}: ${valueText(each)}`).join(', ')
}
