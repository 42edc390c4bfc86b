/** The fields of a profile in the order of the page. */
export const profileFields = [
  ['displayName', 'Display name'],
  ['firstName', 'First name'],
  ['lastName', 'Last name'],
  ['username', 'Username'],
  ['email', 'E-mail'],
  ['jobTitle', 'Job title'],
  ['department', 'Department'],
  ['company', 'Company'],
  ['location', 'Location'],
] as const
