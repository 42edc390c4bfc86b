import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import { defaultPasswordRules } from '@lockstep/contract/password-rules'
import { checkPassword } from './check-password.ts'
import { writeRules } from './rules-file.ts'

let folder = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-rules-'))
})
after(() => rm(folder, { recursive: true, force: true }))

const check = async (
  password: string,
  rulesFile: string,
  username = '',
): Promise<{ readonly code: number; readonly said: string }> => {
  const lines: string[] = []
  const input = Readable.from([Buffer.from(password)])
  const code = await checkPassword({ rulesFile, input, username, printError: (line) => lines.push(line) })
  return { code, said: lines.join('') }
}

test('a password is looked at by the rules that the hub told', async () => {
  const rulesFile = join(folder, 'told.json')
  await writeRules(rulesFile, { ...defaultPasswordRules, minLength: 4, needsSymbolic: false, needsUppercase: false })
  assert.deepEqual(await check('abc1', rulesFile), { code: 0, said: '' })
  assert.deepEqual(await check('ab1', rulesFile), { code: 1, said: 'The password breaks: minLength\n' })
  assert.deepEqual((await check('xanna1x', rulesFile, 'Anna')).code, 1)
  assert.doesNotMatch(await readFile(rulesFile, 'utf8'), /abc1/)
})

test('without rules, or with spoiled ones, those of a new hub hold', async () => {
  const spoiled = join(folder, 'spoiled.json')
  await writeFile(spoiled, '{"minLength":"1"}')
  for (const rulesFile of [spoiled, join(folder, 'none.json')]) {
    assert.equal((await check('Abcdefghij1!', rulesFile)).code, 0)
    assert.equal((await check('abcdefghij1!', rulesFile)).code, 1)
    assert.equal((await check('', rulesFile)).code, 1)
  }
})

test('what is too long for a password is refused unread', async () => {
  assert.equal((await check('Ab1!'.repeat(5000), join(folder, 'none.json'))).code, 1)
})
