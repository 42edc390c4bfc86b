// Phone numbers and addresses in words; the names of their parts are the hub's.

export const phoneTypes: Readonly<Record<string, string>> = {
  mobile: 'Mobile',
  home: 'Home',
  work: 'Work',
  work_mobile: 'Work mobile',
  work_fax: 'Work fax',
}

export const addressTypes: Readonly<Record<string, string>> = { work: 'Work', home: 'Home' }

/** The type of a phone number or address in words; what is not known reads as it is. */
export function typeWords(type: string): string {
  return phoneTypes[type] ?? addressTypes[type] ?? type
}

/** An address as it stands on a letter. */
export function addressLines(row: Readonly<Record<string, string>>): readonly string[] {
  const { streetAddress = '', extendedAddress = '', poBox = '', country = '' } = row
  const city = [row['postalCode'], row['locality']].filter(Boolean).join(' ')
  const place = [city, row['region']].filter(Boolean).join(', ')
  return [streetAddress, extendedAddress, poBox && `PO box ${poBox}`, place, country].filter((line) => line !== '')
}

/** The rows of a phone or address field in one line, for lists of changes; undefined for anything else. */
export function contactWords(field: string, value: unknown): string | undefined {
  if ((field !== 'phoneNumbers' && field !== 'addresses') || !Array.isArray(value) || value.length === 0)
    return undefined
  return value
    .map((each: unknown) => (typeof each === 'object' && each !== null ? (each as Record<string, string>) : {}))
    .map((row) => {
      const content = field === 'phoneNumbers' ? (row['number'] ?? '') : addressLines(row).join(', ')
      return `${typeWords(row['type'] ?? '')}: ${content}`
    })
    .join('; ')
}
