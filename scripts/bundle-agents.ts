// `npm run agents`: bundles each agent into one file that needs nothing but Node, to be copied to a machine beside the domain.
// `--folder FOLDER` writes elsewhere.
import { stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { root } from './steps.ts'

const agents = ['import-agent', 'sync-agent']
const source = join(root, 'apps', 'ad-agent')
const { values } = parseArgs({ options: { folder: { type: 'string', default: join(source, 'dist') } } })
const folder = resolve(values.folder)

await build({
  entryPoints: agents.map((agent) => join(source, 'src', `${agent}.ts`)),
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  logLevel: 'warning',
})
for (const agent of agents) {
  const file = join(folder, `${agent}.mjs`)
  console.log(`${relative(process.cwd(), file)} ${Math.ceil((await stat(file)).size / 1024)} KiB`)
}
