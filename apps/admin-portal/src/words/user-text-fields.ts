/** A user's fields that are one text each, by the hub's names, in the order in which people read them. Forms and imports offer these. */
export const userTextFields = [
  'username',
  'email',
  'firstname',
  'middlename',
  'lastname',
  'displayname',
  'jobTitle',
  'department',
  'company',
  'costCenter',
  'location',
  'employeeType',
  'employeeIdentifier',
  'description',
  'alternateEmail',
  'manager',
] as const

export type UserTextField = (typeof userTextFields)[number]
