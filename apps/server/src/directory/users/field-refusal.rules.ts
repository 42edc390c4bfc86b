import type { Refusal } from '@lockstep/contract/app-error'

/** The refusal of a field's value, worded with the field's name. */
export function refuseField(field: string, detail: string, code: Refusal['code'] = 'invalid_request'): Refusal {
  return { ok: false, code, field, detail: `${field}: ${detail}` }
}
