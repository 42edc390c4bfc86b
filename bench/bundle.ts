import { basename, join } from 'node:path'
import { build } from 'esbuild'

/** Makes a program one file, as agents are delivered (`npm run agents`): reading and stripping dozens of sources is not what is measured. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, `${basename(entry, '.ts')}.mjs`)
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'warning',
  })
  return outfile
}
