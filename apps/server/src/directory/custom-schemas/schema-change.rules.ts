// Which changes of a declared schema fit what is kept already: attributes are added, and rules become looser. What is left out is another
// matter: it takes its values along, which have to be named by their number.
import type { Refusal } from '@lockstep/contract/app-error'
import type { CustomAttribute, CustomSchema, CustomType } from './custom-schema.rules.ts'

/** From each the way leads only to those behind it. */
const looser = {
  mutability: ['readOnly', 'immutable', 'readWrite'],
  returned: ['request', 'default', 'always'],
} as const

function incompatible(field: string, why: string): Refusal {
  return { ok: false, code: 'custom_schema_incompatible', field, detail: `${field}: ${why}` }
}

/** Why a schema cannot become the other one; undefined when it can. */
export function schemaChangeFault(before: CustomSchema, after: CustomSchema): Refusal | undefined {
  return attributesFault(before.attributes, after.attributes, 'attributes')
}

/** Why a type cannot become the other one. */
export function typeChangeFault(before: CustomType, after: CustomType): Refusal | undefined {
  for (const [index, extension] of after.schemaExtensions.entries()) {
    const was = before.schemaExtensions.find(({ schema }) => schema === extension.schema)
    if (extension.required && was?.required !== true)
      return incompatible(
        `schemaExtensions.${index}.required`,
        `resources without "${extension.schema}" are there already. Leave it not required.`,
      )
  }
  return undefined
}

function attributesFault(
  before: readonly CustomAttribute[],
  after: readonly CustomAttribute[],
  place: string,
): Refusal | undefined {
  for (const [index, attribute] of after.entries()) {
    const at = `${place}.${index}`
    const was = before.find(({ name }) => name.toLowerCase() === attribute.name.toLowerCase())
    const fault = was === undefined ? additionFault(attribute, at) : attributeFault(was, attribute, at)
    if (fault !== undefined) return fault
  }
  return undefined
}

function additionFault({ name, required }: CustomAttribute, at: string): Refusal | undefined {
  return required
    ? incompatible(`${at}.required`, `"${name}" is new, and who is there already lacks it. Leave it not required.`)
    : undefined
}

function attributeFault(was: CustomAttribute, next: CustomAttribute, at: string): Refusal | undefined {
  const { name } = next
  const beside = `Declare an attribute of another name beside "${was.name}".`
  if (was.name !== name) return incompatible(`${at}.name`, `"${was.name}" is spelt so. Keep its letter case.`)
  if (was.type !== next.type && !(was.type === 'integer' && next.type === 'decimal'))
    return incompatible(`${at}.type`, `"${name}" is of the type ${was.type}. ${beside}`)
  for (const fact of ['multiValued', 'caseExact'] as const)
    if (was[fact] !== next[fact]) return incompatible(`${at}.${fact}`, `"${name}" has ${fact}: ${was[fact]}. ${beside}`)
  if (!was.required && next.required)
    return incompatible(`${at}.required`, `who is there already may lack "${name}". Leave it not required.`)
  for (const fact of ['mutability', 'returned'] as const)
    if (!isLooser(looser[fact], was[fact], next[fact]))
      return incompatible(`${at}.${fact}`, `"${name}" is ${was[fact]} and cannot become ${next[fact]}. ${beside}`)
  if (was.uniqueness === 'none' && next.uniqueness !== 'none')
    return incompatible(`${at}.uniqueness`, `"${name}" may have values that are there twice. ${beside}`)
  return attributesFault(was.subAttributes ?? [], next.subAttributes ?? [], `${at}.subAttributes`)
}

function isLooser(order: readonly string[], was: string, next: string): boolean {
  return was === next || (order.includes(was) && order.indexOf(was) < order.indexOf(next))
}
