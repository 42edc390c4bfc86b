/** Why a test domain cannot be had; `message` is a sentence for the person at the terminal. */
export type DomainControllerErrorCode =
  | 'address-taken'
  | 'command-failed'
  | 'folder-in-use'
  | 'folder-path-too-long'
  | 'no-free-address'
  | 'not-root'
  | 'prerequisites-missing'
  | 'start-failed'

/** An expected refusal of the test domain, told apart by `code`. */
export class DomainControllerError extends Error {
  readonly code: DomainControllerErrorCode

  constructor(code: DomainControllerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DomainControllerError'
    this.code = code
  }
}
