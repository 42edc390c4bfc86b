const departments = ['Sales', 'Finance', 'Engineering', 'Support', 'Legal', 'Operations']

/** A user as an administrator's script would send it: about half a kilobyte. */
export function userBody(key: string): string {
  return JSON.stringify({
    username: `bench-${key}`,
    email: `bench-${key}@example.com`,
    firstname: 'Beatrix',
    lastname: `Bench ${key}`,
    displayname: `Beatrix Bench ${key}`,
    company: 'Example Incorporated',
    department: departments[key.length % departments.length],
    jobTitle: 'Account Executive',
    location: 'Rotterdam',
    employeeType: 'Employee',
    costCenter: '4711',
    addresses: [
      { type: 'work', streetAddress: '1 Example Street', locality: 'Rotterdam', postalCode: '3011', country: 'NL' },
    ],
    phoneNumbers: [{ type: 'mobile', number: '+31 10 555 0100' }],
  })
}

/** Any of the ids. */
export function pickId(ids: readonly string[]): string {
  return ids[Math.floor(Math.random() * ids.length)] ?? ''
}
