// A hundred thousand filters and operations as strangers may send them, without a server: each is refused in the protocol's words, or becomes
// what was foreseen. For filters that is a statement put together from the shapes of `tests/expected/scim-shapes.txt`, with every value apart.
// LOCKSTEP_FUZZ_RUNS makes it longer; fast-check prints the seed of a failure.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson, type Json, type JsonObject } from '@lockstep/kernel/json'
import fc from 'fast-check'
import { searchCount as countGroups } from '../apps/server/src/directory/groups/group-attributes.store.ts'
import { searchCount as countUsers } from '../apps/server/src/directory/users/user-attributes.store.ts'
import { type ClientProfile, profileOf } from '../apps/server/src/gateways/scim/client-profile.ts'
import type { AttributeCondition } from '../apps/server/src/gateways/scim/condition.ts'
import { toCondition } from '../apps/server/src/gateways/scim/filter-condition.ts'
import { parseFilter } from '../apps/server/src/gateways/scim/filter.ts'
import { groupType } from '../apps/server/src/gateways/scim/group-schemas.ts'
import { applyPatch, patchUrn, readPatch } from '../apps/server/src/gateways/scim/patch.ts'
import { isPrimary } from '../apps/server/src/gateways/scim/read-value.ts'
import { createScimGroups, type ScimGroupOptions } from '../apps/server/src/gateways/scim/scim-groups.ts'
import { ScimRefusal } from '../apps/server/src/gateways/scim/scim-refusal.ts'
import type { Caller } from '../apps/server/src/gateways/scim/scim-request.ts'
import { fieldMappings, userColumns } from '../apps/server/src/gateways/scim/user-fields.ts'
import { userType } from '../apps/server/src/gateways/scim/user-schemas.ts'
import { ConditionError, type compose } from '../apps/server/src/platform/db/compose.ts'
import { assertExpectedFile } from './support/expected-file.ts'
import { filterText, operators, patchOperation, pathsOf, values, wellFormedFilter } from './support/scim-cases.ts'

const runs = Number(process.env['LOCKSTEP_FUZZ_RUNS'] ?? '50000')

/** Either the work's answer, or the refusal's keyword; anything else is a fault. */
function outcome<T>(work: () => T): T | string {
  try {
    return work()
  } catch (error) {
    if (error instanceof ConditionError) return 'invalidFilter'
    assert.ok(error instanceof ScimRefusal, error instanceof Error ? error.stack : String(error))
    return error.scimType ?? 'none'
  }
}

// What columns there are needs none of the services.
const groups = createScimGroups({} as ScimGroupOptions, groupType)
const types = [
  {
    type: userType,
    columns: userColumns({ id: 'i', usernameRule: 'as_sent', direct: fieldMappings }),
    statement: (where: AttributeCondition) => countUsers(where),
  },
  {
    type: groupType,
    columns: groups.columns({ integration: { id: 'i' } } as Caller),
    statement: (where: AttributeCondition) => countGroups(where, 'i'),
  },
] as const
type Kind = (typeof types)[number]

function conditionOf({ type, columns }: Kind, filter: string, coerces: boolean): AttributeCondition {
  return toCondition(parseFilter(filter, { barewords: coerces }), { type, columns, coerces })
}

/** A statement without its values and blanks. */
function plainText({ text }: ReturnType<typeof compose>): string {
  return text.replaceAll(/\$\d+/g, '?').replaceAll(/\s+/g, ' ')
}

/** What the statement says for a condition, behind what every statement begins with. */
function shapeOf({ type, statement }: Kind, condition: AttributeCondition): string {
  const beginning = plainText(statement({ all: [] })).replace(/true$/, '')
  const whole = plainText(statement(condition))
  assert.ok(whole.startsWith(beginning))
  return `${type.name}: ${whole.slice(beginning.length)}`
}

/** The single comparisons of which a condition consists, those on rows each with its list. */
function leavesOf(condition: AttributeCondition): readonly AttributeCondition[] {
  if ('all' in condition) return condition.all.flatMap(leavesOf)
  if ('any' in condition) return condition.any.flatMap(leavesOf)
  if ('not' in condition) return leavesOf(condition.not)
  if (!('rows' in condition)) return [condition]
  return leavesOf(condition.where).map((where) => ({ rows: condition.rows, where }))
}

/** Every attribute compared in every way. */
function* everyComparison(): Iterable<readonly [Kind, string]> {
  for (const kind of types)
    for (const path of pathsOf(kind.type)) {
      yield [kind, `${path} pr`]
      yield [kind, `${path}[value pr]`]
      for (const operator of operators)
        for (const value of [...values, '"abc"', '"QUJD"'])
          for (const sub of ['', 'value', 'type', 'primary', 'display', 'country', '$ref'])
            yield [kind, sub === '' ? `${path} ${operator} ${value}` : `${path}[${sub} ${operator} ${value}]`]
    }
}

const shapes = new Set<string>()
for (const [kind, filter] of everyComparison())
  outcome(() => {
    for (const leaf of leavesOf(conditionOf(kind, filter, true))) shapes.add(shapeOf(kind, leaf))
  })

test('the shapes of statements are those that were looked at', async () => {
  await assertExpectedFile('scim-shapes.txt', [...shapes].toSorted())
})

test('whatever is sent as a filter is refused as one, or becomes a statement of known shapes with every value apart', () => {
  fc.assert(
    fc.property(filterText, fc.boolean(), fc.nat(types.length - 1), (filter, coerces, index) => {
      const kind = types[index] as Kind
      const condition = outcome(() => conditionOf(kind, filter, coerces))
      if (typeof condition === 'string') return assert.equal(condition, 'invalidFilter')
      const statement = outcome(() => kind.statement(condition))
      if (typeof statement === 'string') return assert.equal(statement, 'invalidFilter')
      const { text, values: apart = [] } = statement
      assert.equal(new Set(text.match(/\$\d+/g) ?? []).size, apart.length)
      const parts = leavesOf(condition).map((leaf) => shapeOf(kind, leaf))
      assert.deepEqual(
        parts.filter((part) => !shapes.has(part)),
        [],
      )
      // Between the parts there is nothing but what joins them.
      if (JSON.stringify(condition).includes('"rows"')) return
      const between = parts
        .map((part) => part.slice(part.indexOf(': ') + 2))
        .toSorted((a, b) => b.length - a.length)
        .reduce((rest, part) => rest.replaceAll(part, ''), shapeOf(kind, condition).replace(/^\w+: /, ''))
      assert.match(between, /^(?:[()\s,]|and|or|not|coalesce|true|false)*$/)
    }),
    { numRuns: runs },
  )
})

test('well-formed filters are read, however deep', () => {
  fc.assert(
    fc.property(wellFormedFilter, (filter) => {
      const parsed = outcome(() => parseFilter(filter, { barewords: false }))
      assert.ok(typeof parsed !== 'string' || filter.length > 200, filter)
    }),
    { numRuns: Math.min(runs, 5000) },
  )
})

const ada: JsonObject = {
  userName: 'ada',
  active: true,
  emails: [
    { value: 'ada@example.com', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
}

test('whatever is sent as a patch is refused in the protocol’s words or leads to a resource that holds its schema', () => {
  const profiles = fc.constantFrom<ClientProfile['name']>('lenient', 'strict', 'entra', 'okta')
  const before = canonicalJson(ada)
  fc.assert(
    fc.property(fc.array(patchOperation, { maxLength: 5 }), profiles, (operations, name) => {
      const profile = profileOf(name)
      const body = { schemas: [patchUrn], Operations: operations }
      const patched = outcome(() => applyPatch(userType, ada, readPatch(body, profile), profile))
      assert.equal(canonicalJson(ada), before)
      if (typeof patched === 'string') return assert.notEqual(patched, 'none')
      const after = patched.resource
      assert.equal(typeof after['userName'], 'string')
      assert.ok(!('id' in after) && !('meta' in after) && !('groups' in after) && !('schemas' in after))
      for (const list of Object.values(after))
        if (Array.isArray(list)) assert.ok((list as readonly Json[]).filter(isPrimary).length <= 1)
    }),
    { numRuns: runs },
  )
})
