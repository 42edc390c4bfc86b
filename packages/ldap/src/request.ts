import { boolean, element, integer, octets, sequence, tags } from './ber-writer.ts'
import { encodeFilter } from './filter.ts'
import type { Control } from './ldap-result.ts'

/** One value of an attribute to be written; text goes out as UTF-8. */
export type AttributeValue = string | Buffer

/** One change of a modify; `replace` or `delete` without values removes the attribute. */
export interface Change {
  readonly operation: 'add' | 'delete' | 'replace'
  readonly attribute: string
  readonly values: readonly AttributeValue[]
}

/** How far below the base a search looks. */
export type SearchScope = 'base' | 'one' | 'subtree'

/** The operation of a search; no attributes means all that are not operational. */
export interface SearchOperation {
  readonly base: string
  readonly scope: SearchScope
  readonly filter: string
  readonly attributes: readonly string[]
}

const scopes: Readonly<Record<SearchScope, number>> = { base: 0, one: 1, subtree: 2 }
const changeOperations: Readonly<Record<Change['operation'], number>> = { add: 0, delete: 1, replace: 2 }

/** A whole LDAPMessage (RFC 4511 section 4.1.1) from an encoded operation. */
export function encodeMessage(messageId: number, operation: Buffer, controls: readonly Control[] = []): Buffer {
  const parts = [integer(messageId), operation]
  if (controls.length > 0) parts.push(element(0xa0, controls.map(encodeControl)))
  return sequence(parts)
}

function encodeControl({ oid, critical, value }: Control): Buffer {
  const parts = [octets(oid)]
  if (critical) parts.push(boolean(true))
  if (value !== undefined) parts.push(octets(value))
  return sequence(parts)
}

/** A simple bind. */
export function bindRequest(name: string, password: string): Buffer {
  return element(0x60, [integer(3), octets(name), octets(password, 0x80)])
}

/** The polite end of a connection. */
export function unbindRequest(): Buffer {
  return element(0x42, [])
}

/** Tells the server to stop working on an earlier message; there is no answer. */
export function abandonRequest(messageId: number): Buffer {
  return integer(messageId, 0x50)
}

/** A search that follows no aliases and sets no limits of its own. */
export function searchRequest({ base, scope, filter, attributes }: SearchOperation): Buffer {
  return element(0x63, [
    octets(base),
    integer(scopes[scope], tags.enumerated),
    integer(0, tags.enumerated),
    integer(0),
    integer(0),
    boolean(false),
    encodeFilter(filter),
    sequence(attributes.map((name) => octets(name))),
  ])
}

/** A modify of one object. */
export function modifyRequest(dn: string, changes: readonly Change[]): Buffer {
  const encoded = changes.map(({ operation, attribute, values }) =>
    sequence([integer(changeOperations[operation], tags.enumerated), encodeAttribute(attribute, values)]),
  )
  return element(0x66, [octets(dn), sequence(encoded)])
}

/** An add; attributes without values are left out, as the protocol demands. */
export function addRequest(
  dn: string,
  attributes: Readonly<Record<string, AttributeValue | readonly AttributeValue[]>>,
): Buffer {
  const encoded: Buffer[] = []
  for (const [name, given] of Object.entries(attributes)) {
    const values = typeof given === 'string' || Buffer.isBuffer(given) ? [given] : given
    if (values.length > 0) encoded.push(encodeAttribute(name, values))
  }
  return element(0x68, [octets(dn), sequence(encoded)])
}

/** A deletion of one object without children. */
export function removeRequest(dn: string): Buffer {
  return octets(dn, 0x4a)
}

/** A rename and, with a new parent, a move; the old name is not kept as a value. */
export function renameRequest(dn: string, newRdn: string, newParent: string | undefined): Buffer {
  const parts = [octets(dn), octets(newRdn), boolean(true)]
  if (newParent !== undefined) parts.push(octets(newParent, 0x80))
  return element(0x6c, parts)
}

function encodeAttribute(name: string, values: readonly AttributeValue[]): Buffer {
  return sequence([
    octets(name),
    element(
      tags.set,
      values.map((value) => octets(value)),
    ),
  ])
}
