// Writes openapi/reference/*.json: what the published descriptions of JumpCloud's API say, as facts alone: methods, paths, parameters,
// statuses, and the names and types of properties. The descriptions themselves are not part of this repository:
//
//   node scripts/extract-reference.ts FOLDER    FOLDER holds jumpcloud-v1.yaml, jumpcloud-v2.yaml and jumpcloud-insights.yaml
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { load } from 'js-yaml'
import type { Reference, ReferenceOperation } from './reference.ts'
import { referenceFile, referenceParts } from './reference.ts'

type Node = Readonly<Record<string, unknown>>
interface Source extends Node {
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Node>>>>
}

const methods = ['get', 'post', 'put', 'patch', 'delete']
const prefixes = { v1: '/api', v2: '/api/v2', insights: '/insights/directory/v1' } as const
/** Headers that any request may carry, and such as stand in answers though they are listed among the parameters. */
const unlistedHeaders = new Set(['x-org-id', 'date', 'authorization', 'x-total-count', 'x-unfiltered-total-count'])
/** An enumeration longer than this says little about a shape. */
const enumLimit = 60

function extract(source: Source, prefix: string): Reference {
  const shapes = new Shapes(source)
  const operations: Record<string, ReferenceOperation> = {}
  for (const path of Object.keys(source.paths).toSorted())
    for (const method of methods) {
      const operation = source.paths[path]?.[method]
      if (operation?.['responses'] === undefined) continue
      const full = `${prefix}${path}`.replace(/\/$/, '')
      const inherited = source.paths[path]?.['parameters']
      const name = `${method.toUpperCase()} ${full}`
      operations[name] = shapes.operation(operation, inherited, name)
    }
  return { version: source.info.version, operations, schemas: shapes.sorted(), open: shapes.open() }
}

/** Shapes as short expressions; objects without a name get the name of where they stand. */
class Shapes {
  readonly #source: Source
  readonly #schemas: Record<string, Reference['schemas'][string]> = {}
  readonly #begun = new Set<string>()
  readonly #open = new Set<string>()

  constructor(source: Source) {
    this.#source = source
  }

  /** The names of objects that take further properties, as far as the descriptions say so. */
  open(): readonly string[] {
    return [...this.#open].toSorted()
  }

  sorted(): Reference['schemas'] {
    return Object.fromEntries(Object.entries(this.#schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }

  operation(operation: Node, inherited: unknown, name: string): ReferenceOperation {
    const parameters = [...list(inherited), ...list(operation['parameters'])].map((one) => this.#resolve(one))
    const query = parameters.filter((one) => one['in'] === 'query')
    const headers = parameters.filter(
      (one) => one['in'] === 'header' && !unlistedHeaders.has(String(one['name']).toLowerCase()),
    )
    const repeated = query.filter(
      (one) => typeOf((one['schema'] ?? {}) as Node) === 'array' && one['explode'] !== false,
    )
    const body = this.#content(operation['requestBody'], `body of ${name}`)
    const replies = Object.entries(operation['responses'] as Node).map(([status, reply]) => [
      status,
      this.#content(reply, `${status} of ${name}`) ?? '',
    ])
    return {
      id: String(operation['operationId']),
      ...(query.length === 0 ? {} : { query: this.#parameters(query, 'query') }),
      ...(repeated.length === 0 ? {} : { repeated: repeated.map((one) => String(one['name'])) }),
      ...(headers.length === 0 ? {} : { headers: this.#parameters(headers, 'header') }),
      ...(body === undefined ? {} : { body }),
      replies: Object.fromEntries(replies) as Readonly<Record<string, string>>,
    }
  }

  #parameters(parameters: readonly Node[], place: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      parameters.map((one) => [
        `${String(one['name'])}${one['required'] === true ? '!' : ''}`,
        this.#shape(one['schema'], `${place} ${String(one['name'])}`),
      ]),
    )
  }

  #content(holder: unknown, name: string): string | undefined {
    if (holder === undefined) return undefined
    const content = this.#resolve(holder)['content'] as Node | undefined
    if (content === undefined) return undefined
    const json = content['application/json'] as Node | undefined
    if (json === undefined) return Object.keys(content).length === 0 ? undefined : 'file'
    return json['schema'] === undefined ? 'any' : this.#shape(json['schema'], name)
  }

  #resolve(node: unknown): Node {
    let found = node as Node
    while (typeof found['$ref'] === 'string') found = this.#at(found['$ref'])
    return found
  }

  #at(reference: string): Node {
    let found: unknown = this.#source
    for (const part of reference.slice(2).split('/'))
      found = (found as Node)[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')]
    return found as Node
  }

  /** The expression of a schema; `name` is what an object without a name of its own is called. */
  #shape(schema: unknown, name: string): string {
    if (typeof schema !== 'object' || schema === null) return 'any'
    const node = schema as Node
    if (typeof node['$ref'] === 'string') {
      const own = node['$ref'].split('/').at(-1) ?? name
      const target = this.#resolve(node)
      return isObject(target) ? this.#named(own, target) : this.#shape(target, own)
    }
    const all = list(node['allOf'])
    if (all.length === 1 && node['properties'] === undefined) return this.#shape(all[0], name)
    if (isObject(node)) return this.#named(name, node)
    const any = [...list(node['oneOf']), ...list(node['anyOf'])]
    if (any.length > 0) {
      const members = any.map((one, index) => this.#shape(one, `${name}.${index}`))
      return [...new Set(members)].join(' | ')
    }
    return nullable(node, this.#plain(node, name))
  }

  #plain(node: Node, name: string): string {
    const values = list(node['enum']).filter((value) => value !== null)
    if (values.length > 0 && values.length <= enumLimit && values.every((value) => typeof value === 'string'))
      return values.map((value) => JSON.stringify(value)).join(' | ')
    const type = typeOf(node)
    if (type === 'array') {
      const item = this.#shape(node['items'], `${name}.item`)
      return item.includes(' | ') ? `(${item})[]` : `${item}[]`
    }
    if (type === 'object') {
      const more = node['additionalProperties']
      return typeof more === 'object' && more !== null && Object.keys(more).length > 0
        ? `map(${this.#shape(more, `${name}.entry`)})`
        : 'object'
    }
    return type === 'string' && typeof node['format'] === 'string' ? `string:${node['format']}` : type
  }

  #named(name: string, node: Node): string {
    const reference = nullable(node, `#${name}`)
    if (this.#begun.has(name)) return reference
    this.#begun.add(name)
    const properties: Record<string, string> = {}
    for (const part of [...list(node['allOf']).map((one) => this.#resolve(one)), node]) {
      const required = new Set(list(part['required']))
      if (part['additionalProperties'] === true) this.#open.add(name)
      for (const [property, schema] of Object.entries((part['properties'] ?? {}) as Node))
        properties[`${property}${required.has(property) ? '!' : ''}`] = this.#shape(schema, `${name}.${property}`)
    }
    this.#schemas[name] = properties
    return reference
  }
}

function isObject(node: Node): boolean {
  const hasProperties = Object.keys(node['properties'] ?? {}).length > 0
  return hasProperties || list(node['allOf']).length > 1
}

function typeOf(node: Node): string {
  const types = list(node['type']).filter((type) => type !== 'null')
  if (types.length > 1) return types.join(' | ')
  const [type] = types.length > 0 ? types : [node['type']]
  if (typeof type === 'string') return type
  return node['items'] === undefined ? 'any' : 'array'
}

function nullable(node: Node, shape: string): string {
  const isNullable =
    node['nullable'] === true || list(node['type']).includes('null') || list(node['enum']).includes(null)
  return isNullable && shape !== 'any' ? `${shape} | null` : shape
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

const [folder] = process.argv.slice(2)
if (folder === undefined)
  throw new Error('name the folder of the descriptions: node scripts/extract-reference.ts FOLDER')
await mkdir(join(referenceFile('v1'), '..'), { recursive: true })
for (const part of referenceParts) {
  const source = load(readFileSync(join(folder, `jumpcloud-${part}.yaml`), 'utf8')) as Source
  const file = referenceFile(part)
  await writeFile(file, JSON.stringify(extract(source, prefixes[part]), undefined, 2))
  execFileSync(join(import.meta.dirname, '..', 'node_modules', '.bin', 'oxfmt'), ['--write', file])
}
