/** A file's bytes as text, and the encoding that they were in. */
export interface DecodedText {
  readonly text: string
  readonly encoding: string
}

const marks = [
  { bytes: [0xef, 0xbb, 0xbf], label: 'utf-8', name: 'UTF-8' },
  { bytes: [0xff, 0xfe], label: 'utf-16le', name: 'UTF-16' },
  { bytes: [0xfe, 0xff], label: 'utf-16be', name: 'UTF-16' },
] as const

/** Reads by the byte order mark; without one UTF-16 shows by its zero bytes, and what is no UTF-8 is taken for Windows-1252. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const mark = marks.find((each) => each.bytes.every((byte, index) => bytes[index] === byte))
  // The decoder takes the mark away.
  if (mark) return { text: new TextDecoder(mark.label).decode(bytes), encoding: mark.name }
  const unmarked = unmarkedUtf16(bytes)
  if (unmarked !== undefined) return { text: new TextDecoder(unmarked).decode(bytes), encoding: 'UTF-16' }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' }
  } catch {
    // Not UTF-8: the other encoding that spreadsheets write, in which every byte means something.
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' }
  }
}

const sampledBytes = 200

/** Latin letters in UTF-16 have a zero in every second byte. */
function unmarkedUtf16(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const sample = bytes.subarray(0, sampledBytes)
  const zeros = [0, 0]
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const many = sample.length / 4
  if (odd > many && even === 0) return 'utf-16le'
  return even > many && odd === 0 ? 'utf-16be' : undefined
}
