import { AppError } from '@lockstep/contract/app-error'

/** The keywords of RFC 7644, table 9, and RFC 9865, section 3. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'invalidCursor'
  | 'invalidCount'
  | 'expiredCursor'

/** A refusal in the protocol's own words. */
export class ScimRefusal extends AppError {
  readonly scimType: ScimType | undefined
  readonly status: number
  constructor(scimType: ScimType | undefined, detail: string, status = 400) {
    super('invalid_request', { detail, field: scimType ?? 'request' })
    this.scimType = scimType
    this.status = status
  }
}

/** Text of a stranger as it may stand in an answer. */
export function quoted(text: string): string {
  return `"${text.slice(0, 100)}"`
}
