/** A control as it goes over the wire (RFC 4511 section 4.1.11). */
export interface Control {
  readonly oid: string
  readonly critical: boolean
  readonly value?: Buffer
}

/** The last message of an operation (RFC 4511 section 4.1.9); controls by OID, without value an empty buffer. */
export interface LdapResult {
  readonly resultCode: number
  readonly diagnosticMessage: string
  readonly controls: ReadonlyMap<string, Buffer>
}
