import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSealingKeys, openPassword, type PasswordPurpose, SealError, sealPassword } from './sealed-password.ts'

const purpose: PasswordPurpose = {
  use: 'set',
  domainId: '5f0000000000000000000001',
  userId: '5f0000000000000000000002',
  objectGuid: '6f9619ff-8b86-d011-b42d-00c04fc964ff',
  revision: '7',
}

test('a password is opened by whom and for what it was sealed', async () => {
  const keys = await createSealingKeys()
  const sealed = await sealPassword(keys.publicKey, 'Größe 猫 🔑', purpose)
  assert.equal(await openPassword(keys.privateKey, sealed, purpose), 'Größe 猫 🔑')
})

test('the same password is never sealed into the same text', async () => {
  const keys = await createSealingKeys()
  const [one, other] = await Promise.all([1, 2].map(() => sealPassword(keys.publicKey, 'once more', purpose)))
  assert.notEqual(one?.text, other?.text)
})

test('another use, domain, user, account or revision does not open it, nor does another key', async () => {
  const keys = await createSealingKeys()
  const sealed = await sealPassword(keys.publicKey, 'secret', purpose)
  const others: readonly PasswordPurpose[] = [
    { ...purpose, use: 'prove' },
    { ...purpose, domainId: '5f0000000000000000000009' },
    { ...purpose, userId: '5f0000000000000000000009' },
    { ...purpose, objectGuid: '' },
    { ...purpose, revision: '8' },
  ]
  for (const other of others) await assert.rejects(openPassword(keys.privateKey, sealed, other), SealError)
  const stranger = await createSealingKeys()
  await assert.rejects(openPassword(stranger.privateKey, sealed, purpose), SealError)
})

test('a changed text or a key that is none is refused without a word about the contents', async () => {
  const keys = await createSealingKeys()
  const sealed = await sealPassword(keys.publicKey, 'secret', purpose)
  const changed = { ...sealed, text: `${sealed.text.startsWith('A') ? 'B' : 'A'}${sealed.text.slice(1)}` }
  await assert.rejects(openPassword(keys.privateKey, changed, purpose), (error: Error) => {
    assert.ok(error instanceof SealError)
    assert.ok(!error.message.includes('secret'))
    return true
  })
  await assert.rejects(sealPassword('short', 'secret', purpose), SealError)
})
