import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
const text = Type.String({ maxLength: 1024 })

const ProfilePhoneNumber = Type.Object({ type: text, number: text }, strict)

const ProfileAddress = Type.Object(
  {
    type: text,
    streetAddress: Type.Optional(text),
    extendedAddress: Type.Optional(text),
    locality: Type.Optional(text),
    region: Type.Optional(text),
    postalCode: Type.Optional(text),
    poBox: Type.Optional(text),
    country: Type.Optional(text),
  },
  strict,
)

/** Who manages a field, and whether the person may change it here. Fields that are not listed are the hub's and not to be changed here. */
export const ProfileField = Type.Object({
  name: Type.String(),
  mayChange: Type.Boolean(),
  /** The directory that manages it. */
  managedBy: Type.Optional(Type.String()),
})
export type ProfileField = Static<typeof ProfileField>

/** Who is signed in, as the organization knows them. */
export const Profile = Type.Object({
  id: Type.String(),
  username: Type.String(),
  email: Type.String(),
  displayName: Type.String(),
  firstName: Type.String(),
  lastName: Type.String(),
  jobTitle: Type.String(),
  department: Type.String(),
  company: Type.String(),
  location: Type.String(),
  manager: Type.Optional(Type.Object({ name: Type.String() })),
  phoneNumbers: Type.Array(ProfilePhoneNumber),
  addresses: Type.Array(ProfileAddress),
  fields: Type.Array(ProfileField),
})
export type Profile = Static<typeof Profile>

/** `PATCH profile`: what the organization lets people change. */
export const ProfileUpdate = Type.Object(
  {
    displayName: Type.Optional(text),
    phoneNumbers: Type.Optional(Type.Array(ProfilePhoneNumber, { maxItems: 50 })),
    addresses: Type.Optional(Type.Array(ProfileAddress, { maxItems: 50 })),
  },
  strict,
)
export type ProfileUpdate = Static<typeof ProfileUpdate>
