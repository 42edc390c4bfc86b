// Conversations of clients with the hub as text: requests as they are sent, answers as they have to come. A file of `tests/expected/wire` is one.
// It begins with the headers that all of its requests carry. Every exchange has a heading, `### NUMBERS what happens → name`, where the name
// stands for the id in the answer from then on, as {name}. Times and versions stand as {time} and {version}, which differ from run to run.
// LOCKSTEP_EXPECTED=write writes the answers anew.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Answer, Caller } from './http-call.ts'

/** A request and its answer. */
export interface Exchange {
  /** The numbers of the behaviours that it shows. */
  readonly shows: readonly string[]
  readonly heading: string
  /** What the id in the answer is called from then on. */
  readonly keeps: string | undefined
  readonly request: string
  readonly answer: string
}

interface Transcript {
  readonly headers: readonly string[]
  readonly exchanges: readonly Exchange[]
}

const folder = join(import.meta.dirname, '..', 'expected', 'wire')
const answerStart = /^HTTP\/1\.1 \d{3}$/m

/** Reads `tests/expected/wire/NAME.http`. */
export async function readTranscript(name: string): Promise<Transcript> {
  const text = await readFile(join(folder, `${name}.http`), 'utf8')
  const [preamble = '', ...sections] = text.split(/^### /m)
  return {
    headers: preamble.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')),
    exchanges: sections.map(readExchange),
  }
}

function readExchange(section: string): Exchange {
  const [heading = '', ...lines] = section.split('\n')
  const rest = lines.join('\n')
  const begin = answerStart.exec(rest)?.index ?? rest.length
  return {
    shows: heading.match(/\b[A-Z]\d+\b/g) ?? [],
    heading,
    keeps: / → (\w+)$/.exec(heading)?.[1],
    request: rest.slice(0, begin).trim(),
    answer: rest.slice(begin).trim(),
  }
}

/** Writes the answers that came. */
export async function writeTranscript(name: string, exchanges: readonly Exchange[]): Promise<void> {
  const path = join(folder, `${name}.http`)
  const [preamble = ''] = (await readFile(path, 'utf8')).split(/^### /m)
  const sections = exchanges.map(({ heading, request, answer }) => `### ${heading}\n${request}\n\n${answer}\n`)
  await writeFile(path, `${preamble}${sections.join('\n')}`)
}

/** Sends the request of an exchange; names in braces become what they stand for. */
export function sendRequest(
  caller: Caller,
  { headers }: Pick<Transcript, 'headers'>,
  { request }: Exchange,
  names: ReadonlyMap<string, string>,
): Promise<Answer> {
  const text = [...names].reduce((known, [name, value]) => known.replaceAll(`{${name}}`, value), request)
  const [head = '', ...body] = text.split('\n\n')
  const [line = '', ...own] = head.split('\n')
  const space = line.indexOf(' ')
  const bytes = body.join('\n\n')
  const token = names.get('token') ?? ''
  const all = [...headers, ...own].map((header): [string, string] => {
    const colon = header.indexOf(':')
    return [
      header.slice(0, colon).toLowerCase(),
      header
        .slice(colon + 1)
        .trim()
        .replace('{token}', token),
    ]
  })
  const kept = all.filter(([name]) => name !== 'content-type' || bytes !== '')
  return caller.call({
    method: line.slice(0, space),
    path: line.slice(space + 1),
    headers: Object.fromEntries(kept),
    ...(bytes === '' ? {} : { body: bytes }),
  })
}

const shownHeaders = ['content-type', 'location', 'etag', 'www-authenticate', 'allow', 'retry-after']

/** The answer as it stands in a transcript. */
export function renderAnswer({ status, headers, text }: Answer, names: ReadonlyMap<string, string>): string {
  const shown = shownHeaders.flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${String(headers[name])}`],
  )
  const body = text === '' ? [] : ['', JSON.stringify(JSON.parse(text), null, 2)]
  const whole = [`HTTP/1.1 ${status}`, ...shown, ...body].join('\n')
  const withNames = [...names].reduce(
    (known, [name, value]) => (name === 'token' ? known : known.replaceAll(value, `{${name}}`)),
    whole,
  )
  return withNames
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '{time}')
    .replaceAll(/W\/(\\?)"[\w-]+\\?"/g, 'W/$1"{version}$1"')
}
