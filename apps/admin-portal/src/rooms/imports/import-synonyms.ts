import type { PlainField } from './import-targets.ts'

/** What the headers of common exports call our fields, folded; the field's own name comes first. */
const fieldSynonyms: Readonly<Record<PlainField, readonly string[]>> = {
  username: ['username', 'login', 'loginname', 'user', 'userid', 'samaccountname', 'benutzername', 'account'],
  email: ['email', 'emailaddress', 'mail', 'workemail', 'primaryemail', 'userprincipalname', 'upn', 'companyemail'],
  firstname: ['firstname', 'givenname', 'forename', 'first', 'vorname', 'prenom'],
  middlename: ['middlename', 'middle', 'secondname'],
  lastname: ['lastname', 'surname', 'familyname', 'last', 'sn', 'nachname', 'nom'],
  displayname: ['displayname', 'fullname', 'name', 'anzeigename', 'commonname', 'cn'],
  jobTitle: ['jobtitle', 'title', 'position', 'role', 'job'],
  department: ['department', 'dept', 'abteilung', 'team', 'departmentname'],
  company: ['company', 'organization', 'organisation', 'firma', 'employer'],
  costCenter: ['costcenter', 'costcentre', 'kostenstelle'],
  location: ['location', 'office', 'site', 'standort', 'physicaldeliveryofficename'],
  employeeType: ['employeetype', 'employmenttype', 'contracttype', 'type'],
  employeeIdentifier: [
    'employeeidentifier',
    'employeeid',
    'employeenumber',
    'empid',
    'personnelnumber',
    'staffid',
    'workerid',
    'personalnummer',
  ],
  description: ['description', 'notes', 'comment'],
  alternateEmail: ['alternateemail', 'personalemail', 'privateemail', 'recoveryemail', 'secondaryemail', 'homeemail'],
  state: ['state', 'status', 'userstate', 'accountstatus'],
}

/** A manager of whom the header does not say by which name; the cells tell. */
export const managerHeaders = [
  'manager',
  'managername',
  'supervisor',
  'reportsto',
  'boss',
  'vorgesetzter',
  'linemanager',
]

const managers: Readonly<Record<string, readonly string[]>> = {
  'manager.username': ['managerusername', 'managerlogin', 'manageruser'],
  'manager.email': ['manageremail', 'managermail', 'supervisoremail', 'manageremailaddress'],
  'manager.employeeIdentifier': [
    'managerid',
    'manageremployeeid',
    'manageremployeenumber',
    'managernumber',
    'supervisorid',
  ],
}

const phones: Readonly<Record<string, readonly string[]>> = {
  'phone.work': [
    'phone',
    'workphone',
    'businessphone',
    'officephone',
    'telephone',
    'telephonenumber',
    'phonenumber',
    'telefon',
    'telefonnummer',
  ],
  'phone.mobile': ['mobile', 'mobilephone', 'mobilenumber', 'cell', 'cellphone', 'handy', 'personalmobile'],
  'phone.home': ['homephone', 'privatephone', 'homenumber', 'homephonenumber'],
  'phone.work_mobile': ['workmobile', 'businessmobile', 'companymobile', 'workmobilephone'],
  'phone.work_fax': ['fax', 'workfax', 'faxnumber', 'facsimiletelephonenumber'],
}

const parts: Readonly<Record<string, readonly string[]>> = {
  streetAddress: ['street', 'streetaddress', 'address', 'addressline1', 'strasse', 'straße'],
  extendedAddress: ['addressline2', 'extendedaddress', 'building', 'floor', 'room'],
  poBox: ['pobox', 'postofficebox', 'postfach'],
  postalCode: ['postalcode', 'zip', 'zipcode', 'postcode', 'plz'],
  locality: ['city', 'locality', 'town', 'ort', 'stadt'],
  region: ['region', 'province', 'county', 'stateorprovince', 'bundesland'],
  country: ['country', 'countrycode', 'land', 'countryname'],
}
const addressPrefixes: Readonly<Record<string, readonly string[]>> = {
  work: ['', 'work', 'business', 'office'],
  home: ['home', 'private'],
}

const addresses = Object.entries(addressPrefixes).flatMap(([type, prefixes]) =>
  Object.entries(parts).map(
    ([part, names]) =>
      [`address.${type}.${part}`, prefixes.flatMap((prefix) => names.map((name) => `${prefix}${name}`))] as const,
  ),
)

/** The same for all targets, the fields first. */
export const targetSynonyms: readonly (readonly [target: string, synonyms: readonly string[]])[] = [
  ...Object.entries(fieldSynonyms),
  ...Object.entries(managers),
  ...Object.entries(phones),
  ...addresses,
]
