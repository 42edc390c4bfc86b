// Phone numbers and addresses in words; the names of their parts are the hub's.

export const phoneTypes: Readonly<Record<string, string>> = {
  mobile: 'Mobile',
  home: 'Home',
  work: 'Work',
  work_mobile: 'Work mobile',
  work_fax: 'Work fax',
}

export const addressTypes: Readonly<Record<string, string>> = { work: 'Work', home: 'Home' }

/** The parts of an address in the order of forms. */
export const addressParts = [
  { name: 'streetAddress', label: 'Street and number' },
  { name: 'extendedAddress', label: 'Building, floor, room' },
  { name: 'poBox', label: 'PO box' },
  { name: 'postalCode', label: 'Postal code' },
  { name: 'locality', label: 'City' },
  { name: 'region', label: 'State or region' },
  { name: 'country', label: 'Country' },
] as const

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

/** The rows of a phone, address or attribute field in one line, for lists of changes; undefined for anything else. */
export function contactWords(field: string, value: unknown): string | undefined {
  const isKnown = field === 'phoneNumbers' || field === 'addresses' || field === 'attributes'
  if (!isKnown || !Array.isArray(value) || value.length === 0) return undefined
  return value
    .map((each: unknown) => (typeof each === 'object' && each !== null ? (each as Record<string, string>) : {}))
    .map((row) => {
      if (field === 'attributes') return `${row['name'] ?? ''}: ${row['value'] ?? ''}`
      const content = field === 'phoneNumbers' ? (row['number'] ?? '') : addressLines(row).join(', ')
      return `${typeWords(row['type'] ?? '')}: ${content}`
    })
    .join('; ')
}
