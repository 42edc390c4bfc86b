// Public keys as OpenSSH writes them into authorized_keys: type, base64 of the key, comment (RFC 4253 section 6.6, RFC 5656, RFC 8709).

const types = new Set([
  'ssh-rsa',
  'ssh-dss',
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
])
const form = /^(\S+)[ \t]+([A-Za-z0-9+/]+={0,2})(?:[ \t]+[^\r\n]*)?$/
const lengthBytes = 4
/** An Ed25519 key, the shortest, is 51 bytes with its type. */
const leastBytes = 40

/** What identifies a key, whatever its comment: its type and bytes. Undefined for what is no public key. */
export function sshKeyIdentity(text: string): string | undefined {
  const [, type = '', base64 = ''] = form.exec(text.trim()) ?? []
  if (!types.has(type)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length < Math.max(leastBytes, lengthBytes + type.length)) return undefined
  // The bytes begin with the type once more; text that was cut or pasted together does not.
  const isSame =
    bytes.readUInt32BE(0) === type.length &&
    bytes.subarray(lengthBytes, lengthBytes + type.length).toString('latin1') === type
  return isSame ? `${type} ${bytes.toString('base64')}` : undefined
}
