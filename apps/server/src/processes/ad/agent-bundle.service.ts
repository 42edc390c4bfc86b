// The agents' files for download. They are made beside the hub (`npm run agents`, and whenever the hub is started from its sources); the hub
// only hands them out, with their checksum, to administrators and to whoever holds a connect key that is still good.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Actor } from '@lockstep/contract/access'
import { offeredAgentVersion } from '@lockstep/contract/agents/agent-version'
import { AppError } from '@lockstep/contract/app-error'
import { type AgentBundle, bundleNames } from '@lockstep/contract/hub/directory-agent'
import type { Clock } from '@lockstep/kernel/clock'
import { sha256 } from '@lockstep/kernel/digest'
import { requirePermission } from '../../directory/access/access.rules.ts'
import { hashToken } from '../../platform/crypto/tokens.ts'
import type { Database } from '../../platform/db/database.ts'
import * as agents from './agent.store.ts'

type BundleName = (typeof bundleNames)[number]
const kinds = { 'import-agent.mjs': 'IMPORT', 'sync-agent.mjs': 'SYNC' } as const

/** An agent's program, ready to be sent. */
export interface BundleFile extends AgentBundle {
  readonly content: string
}

export interface AgentBundleService {
  list(actor: Actor): Promise<readonly AgentBundle[]>
  /** For an administrator. */
  read(actor: Actor, name: BundleName): Promise<BundleFile>
  /** For a machine that was given a connect key; the key is not used up. */
  readWithKey(connectKey: string, name: BundleName): Promise<BundleFile>
}

export interface AgentBundleOptions {
  readonly database: Database
  readonly clock: Clock
  readonly folder: string
}

export function createAgentBundleService({ database, clock, folder }: AgentBundleOptions): AgentBundleService {
  const load = bundleLoader(folder)
  return {
    async list(actor) {
      requirePermission(actor, 'directories.agents')
      const bundles = await Promise.all(bundleNames.map(load))
      return bundles.map(({ name, kind, version, sizeBytes, sha256: sum }) => ({
        name,
        kind,
        version,
        sizeBytes,
        sha256: sum,
      }))
    },
    async read(actor, name) {
      requirePermission(actor, 'directories.agents')
      return load(name)
    },
    async readWithKey(connectKey, name) {
      const kind = await agents.kindOfConnectKey(database, hashToken(connectKey), clock.now())
      if (kind !== kinds[name]) throw new AppError('connect_key_invalid', { field: 'x-lockstep-connect-key' })
      return load(name)
    },
  }
}

/** The answer of a download, for both gateways that offer it. */
export function bundleReply({ name, content, sha256: sum }: BundleFile): {
  readonly text: { readonly contentType: string; readonly content: string }
  readonly headers: Readonly<Record<string, string>>
} {
  return {
    text: { contentType: 'text/javascript; charset=utf-8', content },
    headers: { 'content-disposition': `attachment; filename="${name}"`, 'x-checksum-sha256': sum },
  }
}

/** Reads a file anew when it was made anew. */
function bundleLoader(folder: string): (name: BundleName) => Promise<BundleFile> {
  const kept = new Map<BundleName, { readonly changedMs: number; readonly file: BundleFile }>()
  return async (name) => {
    try {
      const path = join(folder, name)
      const { mtimeMs: changedMs } = await stat(path)
      const known = kept.get(name)
      if (known?.changedMs === changedMs) return known.file
      const content = await readFile(path, 'utf8')
      const sizeBytes = Buffer.byteLength(content)
      const facts = { name, kind: kinds[name], version: offeredAgentVersion, sizeBytes }
      const file = { ...facts, sha256: sha256(content).toString('hex'), content }
      kept.set(name, { changedMs, file })
      return file
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('agent_files_missing', { cause })
      throw cause
    }
  }
}
