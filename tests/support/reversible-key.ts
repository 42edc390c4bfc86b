// A key for which a Samba domain controller encrypts passwords (`password hash gpg key ids`).
import assert from 'node:assert/strict'
import { runCommand } from '../../dev/src/samba/run-command.ts'

/** Makes a key without passphrase in a folder, which is its GNUPGHOME. */
export async function reversibleKey(
  home: string,
): Promise<{ readonly home: string; readonly keyId: string; remove(): Promise<void> }> {
  const options = ['--homedir', home, '--batch', '--passphrase', '']
  const owner = 'Lockstep Test <test@lockstep.example>'
  await runCommand('gpg', [...options, '--quick-generate-key', owner, 'rsa2048', 'encrypt,sign', 'never'])
  const listed = await runCommand('gpg', [...options, '--list-keys', '--with-colons', '--keyid-format', 'long'])
  const line = listed.split('\n').find((each) => each.startsWith('pub:'))
  const keyId = line?.split(':')[4]
  assert.ok(keyId !== undefined && keyId !== '')
  return {
    home,
    keyId,
    // It keeps a program of its own running for the folder.
    remove: async () => void (await runCommand('gpgconf', ['--homedir', home, '--kill', 'all'])),
  }
}
