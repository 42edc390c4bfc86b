import type { TLSSocket } from 'node:tls'

import { element, integer, octets, sequence, tags } from '../ber-writer.ts'
import { controlOids } from '../control.ts'
import type { Control } from '../ldap-result.ts'
import { type AttributeValue, encodeMessage } from '../request.ts'

/** Attributes of an entry to send; an empty list is sent as an attribute without values. */
export type FakeAttributes = Readonly<Record<string, readonly AttributeValue[]>>

/** How a scripted answer ends. */
export interface FakeResult {
  readonly diagnosticMessage?: string
  readonly controls?: readonly Control[]
}

/** Sends what the script says about one request; nothing is checked, so that a server can misbehave. */
export interface FakeReply {
  readonly entry: (dn: string, attributes: FakeAttributes) => void
  readonly reference: (url: string) => void
  /** An operation of any kind, for example an intermediate answer (0x79). */
  readonly operation: (tag: number, contents: Buffer) => void
  readonly result: (resultCode: number, result?: FakeResult) => void
  /** Bytes that need not be LDAP. */
  readonly raw: (bytes: Buffer) => void
  /** The notice of disconnection (RFC 4511 section 4.4.1), which does not itself disconnect. */
  readonly notice: (resultCode: number) => void
  /** Cuts the connection at once, after what was sent. */
  readonly disconnect: () => void
}

const answerTags: Readonly<Record<string, number>> = {
  bind: 0x61,
  search: 0x65,
  modify: 0x67,
  add: 0x69,
  remove: 0x6b,
  rename: 0x6d,
}

/** The reply to one request. */
export function replyTo(socket: TLSSocket, messageId: number, type: string): FakeReply {
  const send = (operation: Buffer, controls: readonly Control[] = []): void => {
    if (socket.writable) socket.write(encodeMessage(messageId, operation, controls))
  }
  return {
    entry: (dn, attributes) => send(searchEntry(dn, attributes)),
    reference: (url) => send(element(0x73, [octets(url)])),
    operation: (tag, contents) => send(element(tag, [contents])),
    result: (resultCode, { diagnosticMessage = '', controls = [] } = {}) =>
      send(element(answerTags[type] ?? 0x78, resultParts(resultCode, diagnosticMessage)), controls),
    raw: (bytes) => void socket.write(bytes),
    notice: (resultCode) =>
      void socket.write(
        encodeMessage(0, element(0x78, [...resultParts(resultCode, ''), octets('1.3.6.1.4.1.1466.20036', 0x8a)])),
      ),
    disconnect: () => socket.destroySoon(),
  }
}

function searchEntry(dn: string, attributes: FakeAttributes): Buffer {
  const encoded = Object.entries(attributes).map(([name, values]) =>
    sequence([
      octets(name),
      element(
        tags.set,
        values.map((value) => octets(value)),
      ),
    ]),
  )
  return element(0x64, [octets(dn), sequence(encoded)])
}

/** The control a server adds to a page; an empty cookie says that it was the last. */
export function pagedAnswer(cookie: string): Control {
  return { oid: controlOids.pagedResults, critical: false, value: sequence([integer(0), octets(cookie)]) }
}

/** The control a server adds to a DirSync answer. */
export function dirSyncAnswer(more: boolean, cookie: string): Control {
  return {
    oid: controlOids.dirSync,
    critical: false,
    value: sequence([integer(more ? 1 : 0), integer(0), octets(cookie)]),
  }
}

function resultParts(resultCode: number, diagnosticMessage: string): readonly Buffer[] {
  return [integer(resultCode, tags.enumerated), octets(''), octets(diagnosticMessage)]
}
