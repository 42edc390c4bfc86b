import { spawn } from 'node:child_process'
import { access, constants, readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { connectLocalDirectory } from '@lockstep/ldap/local-directory'
import type { CaptureSources } from '../agent/agent-file.ts'
import { type Finding, note, ok, wrong } from './finding.ts'

const timeoutMs = 5000
const outputLimitBytes = 1_000_000
const shortestKeyBytes = 32

/** Whether the agent has what it was told to capture passwords with. Nothing of anybody's password is read. */
export async function* checkCapture(capture: CaptureSources): AsyncGenerator<Finding> {
  const { socket, gnupgHome, filter, rulesFile } = capture
  if (socket !== undefined) {
    yield await checkSocket(socket)
    yield gnupgHome === undefined
      ? note('key of the reversible form', 'none was named (--capture-gnupg-home): NT hashes alone can be captured')
      : await checkGpgKey(gnupgHome)
  }
  if (filter !== undefined) yield await checkFilterKey(filter.keyFile)
  if (rulesFile !== undefined) yield await checkRulesFolder(rulesFile)
}

async function checkSocket(path: string): Promise<Finding> {
  const name = 'domain controller’s socket'
  try {
    await using client = await connectLocalDirectory({ path, timeoutMs, requestTimeoutMs: timeoutMs })
    await client.readRootDse()
    return ok(name, `${path} answers`)
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    const code = (error.cause as NodeJS.ErrnoException | undefined)?.code
    if (code === 'EACCES' || code === 'EPERM')
      return wrong(
        name,
        `${path} may be opened by root alone, and this is another user`,
        'Run the agent, and this doctor, as root on the domain controller.',
      )
    if (code === 'ENOENT')
      return wrong(
        name,
        `${path} is not there`,
        'Run the agent on a Samba domain controller, and name private/ldap_priv/ldapi of its private folder: samba -b | grep PRIVATE_DIR',
      )
    return wrong(
      name,
      `nobody answers at ${path} (${code ?? error.kind})`,
      'Start the domain controller: systemctl start samba-ad-dc',
    )
  }
}

async function checkGpgKey(gnupgHome: string): Promise<Finding> {
  const name = 'key of the reversible form'
  const asRoot = 'Run the agent, and this doctor, as the account that owns it: root on the domain controller.'
  if ((await obstacle(gnupgHome, constants.R_OK | constants.X_OK)) === 'EACCES')
    return wrong(name, `${gnupgHome} may not be read by this account`, asRoot)
  const keys = await secretKeys(gnupgHome)
  if (keys === undefined)
    return wrong(name, 'there is no program gpg on this machine', 'Install it: apt-get install gpg')
  const [id] = keys
  if (id !== undefined)
    return ok(name, `gpg has ${keys.length === 1 ? id : `${keys.length} secret keys`} in ${gnupgHome}`)
  return wrong(
    name,
    `gpg has no secret key that opens anything in ${gnupgHome}`,
    `Make one: gpg --homedir ${gnupgHome} --batch --passphrase '' --quick-generate-key 'Lockstep' rsa3072 encrypt,sign never`,
    'Say its long id to every domain controller: password hash gpg key ids in smb.conf',
  )
}

/** The long ids of keys that decrypt; undefined without gpg. */
function secretKeys(gnupgHome: string): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    const gpg = spawn('gpg', ['--batch', '--no-tty', '--with-colons', '--list-secret-keys'], {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', GNUPGHOME: gnupgHome, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: timeoutMs,
    })
    const chunks: Buffer[] = []
    let sizeBytes = 0
    gpg.stdout.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length
      if (sizeBytes <= outputLimitBytes) chunks.push(chunk)
    })
    gpg.on('error', () => resolve(undefined))
    gpg.on('close', () => resolve(decryptingKeys(Buffer.concat(chunks).toString('utf8'))))
  })
}

/** From gpg's listing (GnuPG, doc/DETAILS): of primary and sub keys the id is field 5, and what the key itself can do is field 12 in small letters. */
function decryptingKeys(listing: string): readonly string[] {
  return listing.split('\n').flatMap((line) => {
    const fields = line.split(':')
    const isKey = fields[0] === 'sec' || fields[0] === 'ssb'
    return isKey && fields[4] !== undefined && fields[11]?.includes('e') === true ? [fields[4]] : []
  })
}

async function checkRulesFolder(rulesFile: string): Promise<Finding> {
  const name = 'rules for new passwords'
  const folder = dirname(resolve(rulesFile))
  // Replaced as a whole, so that whoever reads meanwhile sees one or the other.
  const code = await obstacle(folder, constants.W_OK | constants.X_OK)
  if (code === undefined) return ok(name, `${rulesFile} can be written`)
  return wrong(
    name,
    `the folder ${folder} cannot be written by this account (${code})`,
    `Make it, or give it to the account of the agent: mkdir -p ${folder} && chown ACCOUNT ${folder}`,
  )
}

/** What stands in the way of this account; undefined when nothing does. */
async function obstacle(path: string, mode: number): Promise<string | undefined> {
  try {
    await access(path, mode)
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}

async function checkFilterKey(keyFile: string): Promise<Finding> {
  const name = 'password filter’s key'
  const fix = `Put at least ${shortestKeyBytes} random bytes in Base64 there, for the agent and SYSTEM alone: openssl rand -base64 ${shortestKeyBytes}`
  try {
    const sizeBytes = Buffer.from((await readFile(keyFile, 'utf8')).trim(), 'base64').length
    return sizeBytes >= shortestKeyBytes
      ? ok(name, `${keyFile} holds one`)
      : wrong(name, `${keyFile} holds less than ${shortestKeyBytes} bytes`, fix)
  } catch (error) {
    return wrong(name, `${keyFile} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`, fix)
  }
}
