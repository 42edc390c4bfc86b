// What attributes can be, in words, beside the words of RFC 7643.
import type { attributeTypes, mutabilities, returnedRules, uniquenesses } from '@lockstep/contract/hub/custom-schema'

type Words<T extends readonly string[]> = Readonly<Record<T[number], string>>

export const typeWords: Words<typeof attributeTypes> = {
  string: 'Text (string)',
  boolean: 'Yes or no (boolean)',
  decimal: 'Number (decimal)',
  integer: 'Whole number (integer)',
  dateTime: 'Date and time (dateTime)',
  binary: 'Bytes as base64 (binary)',
  reference: 'Address (reference)',
  complex: 'Several parts (complex)',
}

export const mutabilityWords: Words<typeof mutabilities> = {
  readWrite: 'Read and change it (readWrite)',
  immutable: 'Set it once (immutable)',
  readOnly: 'Only read it; set it here (readOnly)',
  writeOnly: 'Set it, never read it (writeOnly)',
}

export const returnedWords: Words<typeof returnedRules> = {
  default: 'With the other values (default)',
  always: 'Always (always)',
  request: 'When asked for (request)',
  never: 'Never, and kept sealed (never)',
}

export const uniquenessWords: Words<typeof uniquenesses> = {
  none: 'Any number of times (none)',
  server: 'Once (server)',
  global: 'Once, also elsewhere (global)',
}
