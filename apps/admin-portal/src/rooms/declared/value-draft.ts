// Values of declared attributes as the texts of a form, and back.
import type { CustomAttribute } from '@lockstep/contract/hub/custom-schema'

type Part = Omit<CustomAttribute, 'subAttributes'>

/** A text; of an attribute with parts a text for each; of one with several values a list of these. */
export type ValueDraft = string | PartsDraft | readonly PartsDraft[]
/** The parts of a value by their names. */
export type PartsDraft = Readonly<Record<string, string>>

/** What the form shows of a value. Several plain values stand on lines of their own. */
export function draftOfValue(attribute: CustomAttribute, value: unknown): ValueDraft {
  if (attribute.type !== 'complex') return attribute.multiValued ? listOf(value).map(textOf).join('\n') : textOf(value)
  return attribute.multiValued ? listOf(value).map((one) => partsOf(attribute, one)) : partsOf(attribute, value)
}

/** A value with parts of which none is filled in. */
export function emptyParts({ subAttributes = [] }: CustomAttribute): PartsDraft {
  return Object.fromEntries(subAttributes.map(({ name }) => [name, '']))
}

function partsOf(attribute: CustomAttribute, value: unknown): PartsDraft {
  const held = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  const shown = Object.entries(emptyParts(attribute)).map(([name]) => [name, textOf(held[name])])
  return Object.fromEntries(shown) as PartsDraft
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** What the hub takes of a draft; null for an empty one. What is no number or boolean goes as it stands, and the hub says so. */
export function valueOfDraft(attribute: CustomAttribute, draft: ValueDraft): unknown {
  if (typeof draft === 'string') {
    if (!attribute.multiValued) return wire(attribute, draft)
    const lines = draft.split('\n').filter((line) => line.trim() !== '')
    return lines.length === 0 ? null : lines.map((line) => wire(attribute, line.trim()))
  }
  if (!Array.isArray(draft)) return wireParts(attribute, draft as PartsDraft)
  const elements = (draft as readonly PartsDraft[])
    .map((parts) => wireParts(attribute, parts))
    .filter((one) => one !== null)
  return elements.length === 0 ? null : elements
}

function wireParts({ subAttributes = [] }: CustomAttribute, parts: PartsDraft): unknown {
  const filled = subAttributes
    .map((part) => [part.name, wire(part, parts[part.name] ?? '')] as const)
    .filter(([, value]) => value !== null)
  return filled.length === 0 ? null : Object.fromEntries(filled)
}

function wire({ type }: Part, text: string): unknown {
  if (text === '') return null
  if (type === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : text
  if (type !== 'integer' && type !== 'decimal') return text
  return exactNumber(type, text.trim()) ?? text
}

const decimalForm = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu
/** Decimal digits that every double keeps (IEEE 754). */
const keptDigits = 15

/** The number that the text says; undefined when it says none, or one that would be rounded. */
function exactNumber(type: 'integer' | 'decimal', text: string): number | undefined {
  const number = Number(text)
  if (!decimalForm.test(text) || !Number.isFinite(number)) return undefined
  if (type === 'integer' && Number.isInteger(number) && !Number.isSafeInteger(number)) return undefined
  const digits = text
    .replace(/e.*$/iu, '')
    .replaceAll(/\D/gu, '')
    .replaceAll(/^0+|0+$/gu, '')
  const isKept = digits.length <= keptDigits && (number !== 0 || digits === '')
  return isKept || String(number) === text ? number : undefined
}

/** What differs from what was shown at first, as the hub takes it. */
export function changedValues(
  attributes: readonly CustomAttribute[],
  first: Readonly<Record<string, ValueDraft>>,
  drafts: Readonly<Record<string, ValueDraft>>,
): Record<string, unknown> {
  return Object.fromEntries(
    attributes.flatMap((attribute) => {
      const draft = drafts[attribute.name]
      const isSame = JSON.stringify(draft) === JSON.stringify(first[attribute.name])
      return draft === undefined || isSame ? [] : [[attribute.name, valueOfDraft(attribute, draft)] as const]
    }),
  )
}
