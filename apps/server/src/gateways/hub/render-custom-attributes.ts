import type { CustomSchemaRow } from '@lockstep/contract/hub/custom-schema'
import type { CustomAttribute } from '../../directory/custom-schemas/custom-schema.rules.ts'

type Rendered = CustomSchemaRow['attributes']

/** Declared attributes as the interface answers them. */
export function renderCustomAttributes(attributes: readonly CustomAttribute[]): Rendered {
  return attributes.map(({ subAttributes, ...attribute }) => ({
    ...renderOne(attribute),
    ...(subAttributes === undefined
      ? {}
      : { subAttributes: subAttributes.map(({ subAttributes: _none, ...sub }) => renderOne(sub)) }),
  }))
}

function renderOne(attribute: Omit<CustomAttribute, 'subAttributes'>): Omit<Rendered[number], 'subAttributes'> {
  const { canonicalValues, referenceTypes, ...facts } = attribute
  return {
    ...facts,
    ...(canonicalValues === undefined ? {} : { canonicalValues: [...canonicalValues] }),
    ...(referenceTypes === undefined ? {} : { referenceTypes: [...referenceTypes] }),
  }
}
