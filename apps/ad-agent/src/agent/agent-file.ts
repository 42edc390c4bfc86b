import { constants } from 'node:fs'
import { open, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AgentKind } from '@lockstep/contract/agents/protocol'
import type { SealingKeys } from '@lockstep/contract/agents/sealed-password'

/** Everything an agent keeps, in one file that only its owner can read. */
export interface AgentFile {
  readonly kind: AgentKind
  readonly agentId: string
  readonly domainId: string
  readonly keys: { readonly privateKey: string; readonly publicKey: string }
  /** What passwords for this agent are sealed with; absent in the file of an earlier version. */
  readonly sealing?: SealingKeys
  readonly hub: { readonly url: string; readonly ca?: string }
  readonly directory: {
    readonly url: string
    readonly ca?: string
    readonly servername?: string
    readonly bindDn: string
    readonly password: string
  }
  /** Where passwords that change in the domain are captured; absent where they are not. */
  readonly capture?: CaptureSources
}

/** What the domain controller of this machine offers for capturing passwords. */
export interface CaptureSources {
  /** The privileged socket of a Samba domain controller, `private/ldap_priv/ldapi`. */
  readonly socket?: string
  /** Where a password filter of this machine tells what it hears, and the file with the key that it proves itself by. */
  readonly filter?: { readonly path: string; readonly keyFile: string }
  /** Where the rules of the hub's password policy are written for `check-password`. */
  readonly rulesFile?: string
  /** The GNUPGHOME with the key that opens the reversible form. */
  readonly gnupgHome?: string
}

/** A failure that the administrator can do something about; the message says what. */
export class AgentFileError extends Error {
  override readonly name = 'AgentFileError'
}

/** Makes sure that the file can be made before anything is spent on it, gives a function that fills it, and one that removes it. */
export async function createAgentFile(path: string): Promise<{
  readonly fill: (contents: AgentFile) => Promise<void>
  readonly discard: () => Promise<void>
}> {
  let handle
  try {
    handle = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    if (code !== 'EEXIST') throw new AgentFileError(`The file ${path} cannot be made (${code}).`, { cause: error })
    const advice = 'Give another file, or remove this one if its agent is not used any more.'
    throw new AgentFileError(`The file ${path} is there already. ${advice}`, { cause: error })
  }
  const file = handle
  return {
    fill: async (contents) => {
      await file.writeFile(`${JSON.stringify(contents, undefined, 2)}\n`)
      await file.sync()
      await file.close()
    },
    discard: async () => {
      await file.close()
      await unlink(path)
    },
  }
}

/**
 * Puts new contents in the place of the old at once: whoever reads meanwhile sees the one or the other, and a full disk leaves the old.
 * The new file belongs to whom the old one belonged to. Rejects with an AgentFileError.
 */
export async function replaceAgentFile(path: string, contents: AgentFile): Promise<void> {
  const next = `${path}.new`
  try {
    const { uid, gid } = await stat(path)
    // Left by one that was broken off.
    await rm(next, { force: true })
    const file = await open(next, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
    try {
      if (process.getuid?.() === 0) await file.chown(uid, gid)
      await file.writeFile(`${JSON.stringify(contents, undefined, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(next, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(next, { force: true })
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new AgentFileError(`The file ${path} cannot be replaced (${code}); it is as it was.`, { cause: error })
  }
}

/** Makes the new name of a file outlive a power cut; Windows opens no folders. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Reads an agent's file; refuses one of the other agent, and one that others may read. */
export async function readAgentFile(path: string, kind: AgentKind): Promise<AgentFile> {
  const contents = parse(await readText(path), path)
  if (contents.kind !== kind) {
    const words = { IMPORT: 'import agent', SYNC: 'sync agent' }
    throw new AgentFileError(`The file ${path} belongs to the ${words[contents.kind]}, not to the ${words[kind]}.`)
  }
  return contents
}

async function readText(path: string): Promise<string> {
  try {
    // Windows has no such bits: there the folder's access list protects the file.
    const isOpenToOthers = process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0
    if (isOpenToOthers) throw new AgentFileError(`The file ${path} can be read by others. Run: chmod 600 ${path}`)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof AgentFileError) throw error
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const advice =
      code === 'ENOENT'
        ? 'Enrol the agent first.'
        : 'Run this as the account of the agent, or as root; give the file to that account with chown where it is not its own.'
    throw new AgentFileError(`The file ${path} cannot be read (${code}). ${advice}`, { cause: error })
  }
}

function parse(text: string, path: string): AgentFile {
  try {
    const file = JSON.parse(text) as AgentFile
    const texts = [file.agentId, file.domainId, file.keys.privateKey, file.hub.url]
    texts.push(file.directory.url, file.directory.bindDn, file.directory.password)
    if (!['IMPORT', 'SYNC'].includes(file.kind) || !texts.every((each) => typeof each === 'string' && each !== '')) {
      throw new Error('incomplete')
    }
    return file
  } catch (error) {
    throw new AgentFileError(`The file ${path} is not an agent's file. Enrol the agent anew.`, { cause: error })
  }
}
