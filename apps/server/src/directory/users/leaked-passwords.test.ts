import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLeakedPassword } from './leaked-passwords.ts'

test('leaked passwords are recognised in any letter case, in disguise, and with little added', async () => {
  for (const password of ['qwertyuiop', 'PASSWORD', 'P@ssw0rd', 'Password123!', '!!Welcome2026', 'Sunsh1ne#99'])
    assert.ok(await isLeakedPassword(password), password)
})

test('long and unusual ones are not, also when a common word is somewhere in them', async () => {
  for (const password of [
    'Right-Horse-Battery-7',
    'gZ4!mmelt uq',
    'Welcome-to-the-machine-12',
    'Größe 猫 🔑 2026',
    'Pass-3141592653589',
  ])
    assert.ok(!(await isLeakedPassword(password)), password)
})
