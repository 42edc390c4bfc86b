import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
const Text = Type.Optional(Type.String({ maxLength: 1024 }))

/** A device to record. */
export const SystemCreate = Type.Object(
  {
    hostname: Type.String({ minLength: 1, maxLength: 1024 }),
    displayName: Text,
    description: Text,
    os: Text,
    osFamily: Text,
    version: Text,
    arch: Text,
    archFamily: Text,
    serialNumber: Text,
    hwVendor: Text,
    agentVersion: Text,
    templateName: Text,
    remoteIP: Text,
    active: Type.Optional(Type.Boolean()),
    tags: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 100 })),
  },
  strict,
)
export type SystemCreate = Static<typeof SystemCreate>

/** Several devices to record at once. */
export const SystemsCreate = Type.Object({ systems: Type.Array(SystemCreate, { minItems: 1, maxItems: 1000 }) }, strict)
export type SystemsCreate = Static<typeof SystemsCreate>

export const SystemRow = Type.Object({
  id: Type.String(),
  hostname: Type.String(),
  displayName: Type.String(),
  os: Type.String(),
  serialNumber: Type.String(),
  active: Type.Boolean(),
  revision: Type.Integer(),
  created: Type.String(),
  updated: Type.String(),
})
export type SystemRow = Static<typeof SystemRow>

/** The ids of the devices that were recorded, in their order. */
export const SystemsCreated = Type.Object({ ids: Type.Array(Type.String()) })
export type SystemsCreated = Static<typeof SystemsCreated>
