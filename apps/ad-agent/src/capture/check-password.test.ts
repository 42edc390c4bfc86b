import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { defaultPasswordRules } from '@lockstep/contract/password-rules'
import { sha256 } from '@lockstep/kernel/digest'
import { checkPassword } from './check-password.ts'
import { leakedListDigest, writeLeakedList, writeRules } from './rules-file.ts'

let folder = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-rules-'))
})
after(() => rm(folder, { recursive: true, force: true }))

const check = async (
  password: string,
  rulesFile: string,
  { username = '', isStrict = false } = {},
): Promise<{ readonly code: number; readonly said: string }> => {
  const lines: string[] = []
  const input = Readable.from([Buffer.from(password)])
  const code = await checkPassword({ rulesFile, isStrict, input, username, printError: (line) => lines.push(line) })
  return { code, said: lines.join('') }
}
const lax = { ...defaultPasswordRules, minLength: 4, needsSymbolic: false, needsUppercase: false }

test('a password is looked at by the rules that the hub told, and is told in words what it lacks', async () => {
  const rulesFile = join(folder, 'told.json')
  await writeRules(rulesFile, { rules: lax })
  assert.deepEqual(await check('abc1', rulesFile, { isStrict: true }), { code: 0, said: '' })
  assert.deepEqual(await check('ab', rulesFile), {
    code: 1,
    said: 'The password must have at least 4 characters, have a digit.\n',
  })
  assert.equal((await check('xanna1x', rulesFile, { username: 'Anna' })).code, 1)
  assert.doesNotMatch(await readFile(rulesFile, 'utf8'), /abc1/)
})

test('without rules, or with spoiled ones, those of a new hub hold; strictly, no password does', async () => {
  const spoiled = join(folder, 'spoiled.json')
  await writeFile(spoiled, '{"rules":{"minLength":"1"}}')
  for (const rulesFile of [spoiled, join(folder, 'none.json')]) {
    const fine = await check('Abcdefghij1!', rulesFile)
    assert.deepEqual(fine, { code: 0, said: 'The rules of the hub are not there.\n' })
    assert.equal((await check('abcdefghij1!', rulesFile)).code, 1)
    assert.equal((await check('', rulesFile)).code, 1)
    assert.equal((await check('Abcdefghij1!', rulesFile, { isStrict: true })).code, 1)
  }
})

test('leaked passwords are refused where the hub refuses them, by the very list that it told of', async () => {
  const rulesFile = join(folder, 'leaked.json')
  const text = 'sunshine\nqwertyuiop'
  await writeLeakedList(rulesFile, text)
  assert.equal(await leakedListDigest(rulesFile), sha256(text).toString('hex'))
  await writeRules(rulesFile, { rules: lax, leakedList: await leakedListDigest(rulesFile) })
  for (const password of ['Sunsh1ne#99', 'qwertyuiop1'])
    assert.match((await check(password, rulesFile)).said, /must not be a leaked password/)
  assert.equal((await check('shine-on-7', rulesFile)).code, 0)
  await writeRules(rulesFile, { rules: lax })
  assert.equal((await check('Sunsh1ne#99', rulesFile)).code, 0)
})

test('without the list of leaked passwords, or with another one, the other rules hold; strictly, no password does', async () => {
  for (const [name, text] of [
    ['absent.json', undefined],
    ['other.json', 'other'],
  ] as const) {
    const rulesFile = join(folder, name)
    if (text !== undefined) await writeLeakedList(rulesFile, text)
    await writeRules(rulesFile, { rules: lax, leakedList: sha256('sunshine').toString('hex') })
    assert.equal((await check('Sunsh1ne#99', rulesFile)).code, 0)
    assert.equal((await check('sun', rulesFile)).code, 1)
    assert.equal((await check('Sunsh1ne#99', rulesFile, { isStrict: true })).code, 1)
  }
})

test('what is too long for a password is refused unread', async () => {
  assert.equal((await check('Ab1!'.repeat(5000), join(folder, 'none.json'))).code, 1)
})
