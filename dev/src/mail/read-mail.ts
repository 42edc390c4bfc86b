// Reads a mail as mail programs do, as far as our own mails need it: headers, encoded words (RFC 2047), parts and their encodings (RFC 2045,
// 2046). Whatever cannot be read is shown as it came.

/** A mail that was taken. */
export interface ReadMail {
  readonly messageId: string
  readonly date: string
  readonly from: string
  readonly to: string
  readonly replyTo: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: ReadonlyMap<string, string>
}

interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

const depthLimit = 5

/** Reads the bytes of a mail, as Latin-1 text. */
export function readMail(raw: string): ReadMail {
  const whole = readPart(raw)
  const parts = leavesOf(whole, depthLimit)
  const ofType = (type: string): string => {
    const part = parts.find(({ headers }) =>
      (headers.get('content-type') ?? 'text/plain').toLowerCase().startsWith(type),
    )
    return part === undefined ? '' : decodeBody(part)
  }
  const header = (name: string): string => decodeWords(utf8(whole.headers.get(name) ?? ''))
  return {
    messageId: header('message-id'),
    date: header('date'),
    from: header('from'),
    to: header('to'),
    replyTo: header('reply-to'),
    subject: header('subject'),
    text: ofType('text/plain'),
    html: ofType('text/html'),
    headers: whole.headers,
  }
}

function readPart(raw: string): Part {
  const end = raw.search(/\r?\n\r?\n/)
  const head = end < 0 ? raw : raw.slice(0, end)
  const headers = new Map<string, string>()
  for (const line of head.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: end < 0 ? '' : raw.slice(end).replace(/^\r?\n\r?\n/, '') }
}

function leavesOf(part: Part, depth: number): readonly Part[] {
  const type = part.headers.get('content-type') ?? ''
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (!/^multipart\//i.test(type) || boundary === undefined || depth === 0) return [part]
  const pieces = part.body.split(`--${boundary}`).slice(1)
  return pieces
    .filter((piece) => !piece.startsWith('--'))
    .flatMap((piece) => leavesOf(readPart(piece.replace(/^\r?\n/, '')), depth - 1))
}

function decodeBody({ headers, body }: Part): string {
  const encoding = (headers.get('content-transfer-encoding') ?? '').toLowerCase()
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  const bytes = encoding === 'quoted-printable' ? unquote(body.replaceAll(/=\r?\n/g, '')) : body
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n')
}

function unquote(text: string): string {
  return text.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

/** Addresses may stand in headers as they are (RFC 6532). */
function utf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}

function decodeWords(text: string): string {
  return text
    .replaceAll(/(\?=)\s+(=\?)/g, '$1$2')
    .replaceAll(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, content: string) => {
      const bytes =
        kind.toUpperCase() === 'B'
          ? Buffer.from(content, 'base64')
          : Buffer.from(unquote(content.replaceAll('_', ' ')), 'latin1')
      return bytes.toString('utf8')
    })
}
