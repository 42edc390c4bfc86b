import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findFaults, lineRuleNames, type SourceFile } from './tidy-rules.ts'

const map = (...folders: string[]): SourceFile => ({
  path: 'ARCHITECTURE.md',
  text: [
    '# Architecture',
    '## Code map',
    ...folders.map((folder) => `- \`${folder}/\` things`),
    '## Invariants',
    '- `not/a/folder/` here',
  ].join('\n'),
})

/** Finds faults as "rule path:line", leaving the code map out unless the case is about it. */
function found(files: readonly SourceFile[]): readonly string[] {
  return findFaults(files)
    .filter(({ rule }) => rule !== 'code-map-names-every-folder')
    .map(({ rule, path, line }) => `${rule} ${path}:${line}`)
}

const one = (path: string, text = ''): readonly string[] => found([{ path, text }])

// Joined at run time, so that this file passes the rules it tests.
const joined = (...parts: string[]): string => parts.join('')

const planted: readonly (readonly [rule: string, path: string, line: string])[] = [
  ['no-unfinished-notes', 'packages/kernel/src/x.ts', joined('// TO', 'DO later')],
  ['no-unfinished-notes', 'scripts/x.mjs', joined('// FIX', 'ME')],
  ['environment-only-in-entry-files', 'apps/server/src/config.ts', 'const home = process.env'],
  ['environment-only-in-entry-files', 'dev/src/samba/x.ts', `import { env } from 'node:process'`],
  ['time-and-ids-through-the-context', 'apps/server/src/directory/users/user.service.ts', 'const now = new Date()'],
  ['time-and-ids-through-the-context', 'packages/client/src/x.ts', 'const now = Date.now()'],
  ['time-and-ids-through-the-context', 'apps/cli/src/x.ts', 'const id = randomUUID()'],
  ['no-machine-paths', 'docs/x.md', joined('see /ro', 'ot/notes')],
  ['no-machine-paths', '.ci/run', joined('cd /ho', 'me/ada')],
  ['no-machine-paths', 'tests/x.ts', joined(`open('/tmp/wo`, `rk/x')`)],
  ['no-registry-hosts', 'docs/x.md', joined('from https://registry', '.npm', 'js.org')],
  ['no-barrels', 'packages/ldap/src/x.ts', `export * from './y.ts'`],
  ['no-barrels', 'packages/ldap/src/x.ts', `export type { Y } from './y.ts'`],
  ['suppressions-give-a-reason', 'apps/cli/src/x.ts', joined('// @ts-', 'ignore')],
  ['suppressions-give-a-reason', 'apps/cli/src/x.ts', joined('// oxlint-', 'disable-next-line no-console')],
  ['tests-never-skip', 'packages/kernel/src/x.test.ts', joined('test.', `skip('later', () => {})`)],
  ['tests-never-skip', 'packages/kernel/src/x.test.ts', joined(`test('later', { sk`, 'ip: true }, () => {})')],
  ['no-vague-names', 'apps/cli/src/x.ts', joined('const string', 'Utils = {}')],
  ['no-vague-names', 'apps/cli/src/x.ts', joined('export class Session', 'Manager {}')],
]

for (const [rule, path, line] of planted) {
  test(`${rule} is named when ${path} says "${line}"`, () => {
    assert.deepEqual(one(path, `const fine = 1\n${line}\n`), [`${rule} ${path}:2`])
  })
}

test('every rule about lines has a planted fault', () => {
  assert.deepEqual(new Set(planted.map(([rule]) => rule)), lineRuleNames)
})

test('what the rules about lines allow passes', () => {
  assert.deepEqual(one('apps/server/src/main.ts', 'const port = process.env'), [])
  assert.deepEqual(one('apps/ad-agent/src/sync-agent.ts', 'const port = process.env'), [])
  assert.deepEqual(one('apps/ad-agent/src/x.ts', 'const now = new Date()'), [])
  assert.deepEqual(one('packages/kernel/src/clock.ts', 'const now = new Date()'), [])
  assert.deepEqual(one('apps/cli/src/x.ts', 'const then = new Date(row.created)'), [])
  assert.deepEqual(one('apps/server/src/gateways/agents/x.ts', `const path = '/agents/v1/work/next'`), [])
  assert.deepEqual(one('apps/cli/src/x.ts', 'const manager = user.manager'), [])
  assert.deepEqual(one('apps/cli/src/x.ts', 'export function findManager() {}'), [])
  assert.deepEqual(one('apps/cli/src/x.ts', '// @ts-expect-error the library types the reply as text'), [])
  assert.deepEqual(one('packages/kernel/src/x.ts', `import { a } from './y.ts'\nexport { a }`), [])
})

test('file names are kebab-case nouns with a known role', () => {
  assert.deepEqual(one('apps/cli/src/showUser.ts'), ['names-are-kebab-case apps/cli/src/showUser.ts:1'])
  assert.deepEqual(one('apps/cli/Src/x.ts'), ['names-are-kebab-case apps/cli/Src/x.ts:1'])
  for (const name of ['utils.ts', 'dn-helpers.ts', 'common/x.ts', 'session-manager.ts', 'user-data.ts', 'info.ts']) {
    assert.deepEqual(one(`apps/cli/src/${name}`), [`no-vague-file-names apps/cli/src/${name}:1`])
  }
  assert.deepEqual(one('apps/server/src/directory/users/user.repo.ts'), [
    'known-role-suffixes apps/server/src/directory/users/user.repo.ts:1',
  ])
  assert.deepEqual(one('packages/ldap/src/dn.service.ts'), ['known-role-suffixes packages/ldap/src/dn.service.ts:1'])
  assert.deepEqual(one('apps/server/src/directory/users/users.routes.ts'), [
    'known-role-suffixes apps/server/src/directory/users/users.routes.ts:1',
  ])
  for (const fine of [
    'README.md',
    '.oxlintrc.json',
    'apps/server/src/platform/db/migrations/0001_users.sql',
    'apps/server/src/directory/users/manager-link.rules.ts',
    'apps/server/src/directory/users/user.store.integration.test.ts',
    'apps/server/src/gateways/scim/users.routes.ts',
    'apps/admin-portal/vite.config.ts',
  ])
    assert.deepEqual(one(fine), [], fine)
})

test('a file of more than 400 lines is named unless its first line says that it is generated', () => {
  const lines = (count: number): string => 'const x = 1\n'.repeat(count)
  assert.deepEqual(one('apps/cli/src/x.ts', lines(400)), [])
  assert.deepEqual(one('apps/cli/src/x.ts', lines(401)), ['files-stop-at-400-lines apps/cli/src/x.ts:401'])
  assert.deepEqual(one('apps/cli/src/x.ts', `// Generated by scripts/x.ts; do not edit.\n${lines(401)}`), [])
  assert.deepEqual(one('docs/x.md', lines(401)), [])
})

test('exported functions of packages carry a sentence', () => {
  const bare = 'export function parse(): void {}'
  assert.deepEqual(one('packages/ldap/src/x.ts', `\n${bare}`), [
    'package-exports-are-explained packages/ldap/src/x.ts:2',
  ])
  assert.deepEqual(one('packages/ldap/src/x.ts', `/** Parses. */\n${bare}`), [])
  assert.deepEqual(one('apps/cli/src/x.ts', bare), [])
})

test('pages of decisions are numbered, and no number is used twice', () => {
  const page = (path: string): SourceFile => ({ path: `decisions/${path}`, text: '' })
  assert.deepEqual(found([page('0001-one.md'), page('0002-two.md')]), [])
  assert.deepEqual(found([page('one.md')]), ['decisions-are-numbered decisions/one.md:1'])
  assert.deepEqual(found([page('0001-one.md'), page('0001-two.md')]), [
    'decisions-are-numbered decisions/0001-two.md:1',
  ])
})

test('a fragment of the release notes begins with a known kind', () => {
  assert.deepEqual(one('changes/users-x.md', 'kind: fix\narea: users\n'), [])
  assert.deepEqual(one('changes/README.md', '# Changes\n'), [])
  for (const text of ['kind: feature\n', 'area: users\nkind: fix\n', ''])
    assert.deepEqual(one('changes/users-x.md', text), ['changes-have-a-kind changes/users-x.md:1'])
})

test('the code map names exactly the folders that exist', () => {
  const file = { path: 'apps/server/src/directory/users/deep/user.rules.ts', text: '' }
  const folders = ['apps', 'apps/server', 'apps/server/src/directory', 'apps/server/src/directory/users']
  assert.deepEqual(findFaults([file, map(...folders)]), [])
  assert.deepEqual(
    findFaults([file, map(...folders.slice(1), 'apps/cli')]).map(({ line, message }) => `${line} ${message}`),
    ['1 add a line "- `apps/` …" to the code map', '6 remove `apps/cli/` from the code map: no such folder'],
  )
})
