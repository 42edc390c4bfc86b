// Writes openapi/reference/examples.json: which requests the published descriptions show as calls of curl, as facts alone: by operation, the
// places of the keys in each body. The descriptions themselves are not part of this repository:
//
//   node scripts/extract-examples.ts FOLDER    FOLDER holds jumpcloud-v1.yaml, jumpcloud-v2.yaml and jumpcloud-insights.yaml
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import {
  type Examples,
  examplesFile,
  keyPlaces,
  readReference,
  type ReferencePart,
  referenceParts,
} from './reference.ts'

type Paths = Readonly<Record<string, Readonly<Record<string, { readonly description?: string }>>>>

function examplesOf(part: ReferencePart, paths: Paths): Examples {
  const { operations } = readReference(part)
  const byEnd = new Map(
    Object.keys(operations).map((name) => [name.replace(/ \/(api|insights)(\/(v2|directory\/v1))?/, ' '), name]),
  )
  const found: Record<string, readonly string[]> = {}
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods)) {
      const name = byEnd.get(`${method.toUpperCase()} ${path}`)
      const calls = (operation.description ?? '').split(/(?=curl (?:-|'|"|\\|http))/).slice(1)
      if (name !== undefined && calls.length > 0) found[name] = calls.map(bodyOf).map(keyPlaces)
    }
  return found
}

/** The body of a call; undefined for none, and for what only stands for one. */
function bodyOf(call: string): unknown {
  const text = /(?:-d|--data(?:-raw|-binary)?)\s+'([^']*)'/.exec(call.split('```')[0] ?? '')?.[1]
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

const [folder] = process.argv.slice(2)
if (folder === undefined)
  throw new Error('name the folder of the descriptions: node scripts/extract-examples.ts FOLDER')
const examples = referenceParts.map((part) => {
  const source = load(readFileSync(join(folder, `jumpcloud-${part}.yaml`), 'utf8')) as { readonly paths: Paths }
  return examplesOf(part, source.paths)
})
writeFileSync(examplesFile, JSON.stringify(Object.assign({}, ...examples), undefined, 2))
execFileSync(join(import.meta.dirname, '..', 'node_modules', '.bin', 'oxfmt'), ['--write', examplesFile])
