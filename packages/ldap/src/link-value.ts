import { guidOfBytes } from './guid.ts'
import type { Attributed } from './raw-entry.ts'
import { sidOfBytes } from './sid.ts'

/** A value that points to another object; GUID and SID are there when the extended-DN control was sent. */
export interface LinkValue {
  readonly dn: string
  readonly guid?: string
  readonly sid?: string
}

/** Reads `<GUID=…>;<SID=…>;CN=…` in both forms of MS-ADTS 3.1.1.3.4.1.5 (text and hexadecimal bytes), or a plain DN. */
export function parseLinkValue(value: Buffer): LinkValue {
  return parseLink(value.toString('utf8'))
}

/** The same of a text. */
export function parseLink(value: string): LinkValue {
  let rest = value
  let id: string | undefined
  let securityId: string | undefined
  while (rest.startsWith('<')) {
    const end = rest.indexOf('>')
    if (end < 0) break
    const part = rest.slice(1, end)
    if (part.startsWith('GUID=')) id = guidOfText(part.slice(5))
    else if (part.startsWith('SID=')) securityId = sidOfText(part.slice(4))
    rest = rest.slice(rest.charAt(end + 1) === ';' ? end + 2 : end + 1)
  }
  return {
    dn: rest,
    ...(id === undefined ? {} : { guid: id }),
    ...(securityId === undefined ? {} : { sid: securityId }),
  }
}

/** All values of a linking attribute such as member or manager; none when absent. */
export function links(entry: Attributed, attribute: string): readonly LinkValue[] {
  return (entry.attributes.get(attribute.toLowerCase()) ?? []).map(parseLinkValue)
}

function guidOfText(value: string): string | undefined {
  if (value.length === 36) return value.toLowerCase()
  return /^[0-9a-f]{32}$/i.test(value) ? guidOfBytes(Buffer.from(value, 'hex')) : undefined
}

function sidOfText(value: string): string | undefined {
  if (value.startsWith('S-')) return value
  return /^([0-9a-f]{2})+$/i.test(value) ? sidOfBytes(Buffer.from(value, 'hex')) : undefined
}
