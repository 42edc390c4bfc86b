import { spawn } from 'node:child_process'

const limitBytes = 4096
const timeoutMs = 10_000

/**
 * Opens what Samba encrypted for the holder of a GPG key (`password hash gpg key ids`): the password. Undefined when the key is not there
 * or the bytes are none. Both go through pipes, nothing through a file.
 */
export function decryptReversible(encrypted: Buffer, gnupgHome: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const gpg = spawn('gpg', ['--batch', '--quiet', '--no-tty', '--decrypt'], {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', GNUPGHOME: gnupgHome, LC_ALL: 'C.UTF-8' },
      // What it says of keys and senders is of no use, and would stand in a log.
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: timeoutMs,
    })
    const chunks: Buffer[] = []
    let sizeBytes = 0
    gpg.stdout.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes <= limitBytes) chunks.push(chunk)
    })
    gpg.on('error', () => resolve(undefined))
    // It may end before it has read everything.
    gpg.stdin.on('error', () => undefined)
    gpg.on('close', (code) => {
      const bytes = Buffer.concat(chunks)
      const isPassword = code === 0 && sizeBytes <= limitBytes && bytes.length > 0 && bytes.length % 2 === 0
      resolve(isPassword ? bytes.toString('utf16le') : undefined)
      for (const buffer of [bytes, ...chunks]) buffer.fill(0)
    })
    gpg.stdin.end(encrypted)
  })
}
