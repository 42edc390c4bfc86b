// Proves that the layer checker is awake: in a temporary copy of the source tree it plants a violation of every rule of
// .dependency-cruiser.cjs, each in new files of its own, and fails unless the right rule names the planted file. It also fails
// when a source file went unread: without @swc/core the checker skips every .ts file and still says that all is well.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { LayerReport } from './layers.ts'

/** The lines of new files; the first file is the one that the rule must name. */
type Plant = Readonly<Record<string, string>>

const root = resolve(import.meta.dirname, '..')
const folders = ['apps', 'packages', 'dev', 'tests', 'bench', 'scripts']
const server = 'apps/server/src'
const target = 'export const planted = 1'
const ruleNames = (
  createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as { forbidden: readonly { name: string }[] }
).forbidden.map(({ name }) => name)

const plants: Readonly<Record<string, readonly Plant[]>> = {
  'no-cycle': [
    { 'packages/kernel/src/zz-a.ts': `import './zz-b.ts'`, 'packages/kernel/src/zz-b.ts': `import './zz-a.ts'` },
    {
      'packages/kernel/src/zz-c.ts': `import type {} from './zz-d.ts'`,
      'packages/kernel/src/zz-d.ts': `import type {} from './zz-c.ts'`,
    },
  ],
  'no-folder-cycle': [
    {
      [`${server}/platform/zz-a/one.ts`]: `import '../zz-b/two.ts'`,
      [`${server}/platform/zz-b/two.ts`]: target,
      [`${server}/platform/zz-b/three.ts`]: `import '../zz-a/four.ts'`,
      [`${server}/platform/zz-a/four.ts`]: target,
    },
  ],
  'every-import-resolves': [
    { 'packages/kernel/src/zz-lost.ts': `import './zz-absent.ts'` },
    { 'packages/client/src/zz-lost.ts': `import type {} from '@lockstep/kernel/zz-absent'` },
  ],
  'apps-import-no-app': [
    { 'apps/cli/src/zz-app.ts': `import '../../server/src/zz-app-target.ts'`, [`${server}/zz-app-target.ts`]: target },
    { 'apps/cli/src/zz-dynamic.ts': `await import('../../server/src/zz-app-target.ts')` },
  ],
  'packages-import-no-app': [
    {
      'packages/contract/src/zz-app.ts': `import '../../../apps/cli/src/zz-target.ts'`,
      'apps/cli/src/zz-target.ts': target,
    },
  ],
  'dev-imports-no-app': [{ 'dev/src/zz-app.ts': `import '../../apps/cli/src/zz-target.ts'` }],
  'shipped-code-imports-no-workshop': [
    { 'apps/cli/src/zz-workshop.ts': `import '../../../tests/zz-fixture.ts'`, 'tests/zz-fixture.ts': target },
    { 'packages/kernel/src/zz-workshop.ts': `import '../../../dev/src/zz-part.ts'`, 'dev/src/zz-part.ts': target },
  ],
  'nobody-imports-main': [
    { 'apps/cli/src/zz-main.ts': `import './main.ts'`, 'apps/cli/src/main.ts': target },
    { 'apps/ad-agent/src/zz-main.ts': `import './zz-agent.ts'`, 'apps/ad-agent/src/zz-agent.ts': target },
  ],
  'nobody-imports-tests': [{ 'tests/zz-suite.ts': `import './zz-other.test.ts'`, 'tests/zz-other.test.ts': target }],
  'root-files-serve-main-alone': [
    { [`${server}/gateways/zz-root/zz.routes.ts`]: `import '../../context.ts'`, [`${server}/context.ts`]: target },
    { [`${server}/platform/zz-root/zz.ts`]: `import type {} from '../../config.ts'`, [`${server}/config.ts`]: target },
  ],
  'kernel-needs-nothing': [{ 'packages/kernel/src/zz-installed.ts': `import 'pg'` }],
  'browser-code-needs-no-node': [
    { 'apps/admin-portal/src/zz-node.tsx': `import 'node:fs'; export const view = <b>x</b>` },
    { 'apps/user-portal/src/zz-node.ts': `import 'node:os'` },
    { 'packages/ui/src/zz-node.tsx': `import type {} from 'node:crypto'` },
  ],
  'stores-stay-home': [
    {
      [`${server}/processes/zz-taker/zz.service.ts`]: `import '../../directory/zz-owner/zz.store.ts'`,
      [`${server}/directory/zz-owner/zz.store.ts`]: target,
    },
    { [`${server}/directory/zz-taker/zz.integration.test.ts`]: `import '../zz-owner/zz.store.ts'` },
  ],
  'rules-are-pure': [
    { [`${server}/directory/zz-owner/zz.rules.ts`]: `import type {} from './zz.store.ts'` },
    { [`${server}/directory/zz-owner/zz-two.rules.ts`]: `import 'node:fs'` },
    { [`${server}/directory/zz-owner/zz-three.rules.ts`]: `import 'pg'` },
  ],
  'stores-know-no-services': [
    {
      [`${server}/directory/zz-owner/zz-two.store.ts`]: `import './zz.service.ts'`,
      [`${server}/directory/zz-owner/zz.service.ts`]: target,
    },
  ],
  'jobs-use-services': [{ [`${server}/directory/zz-owner/zz.job.ts`]: `import './zz.store.ts'` }],
  'gateways-touch-no-database': [
    {
      [`${server}/gateways/zz-sql/zz.routes.ts`]: `import type {} from '../../platform/db/zz.ts'`,
      [`${server}/platform/db/zz.ts`]: target,
    },
  ],
  'sql-stays-in-stores': [{ [`${server}/directory/zz-owner/zz-two.service.ts`]: `import type {} from 'pg'` }],
  'http-stays-in-gateways': [
    { [`${server}/directory/zz-owner/zz-http.service.ts`]: `import type {} from 'fastify'` },
    {
      [`${server}/processes/zz-taker/zz-http.service.ts`]: `import '../../platform/http/zz.ts'`,
      [`${server}/platform/http/zz.ts`]: target,
    },
  ],
}

/** Plants for the rules that .dependency-cruiser.cjs makes from its tables; undefined for a name of another form. */
function derivedPlants(rule: string): readonly Plant[] | undefined {
  const upward = /^(\w+)-never-imports-(\w+)$/.exec(rule)
  if (upward) {
    const [, lower, upper] = upward
    return [
      {
        [`${server}/${lower}/zz-up/to-${upper}.ts`]: `import type {} from '../../${upper}/zz-up/target.ts'`,
        [`${server}/${upper}/zz-up/target.ts`]: target,
      },
    ]
  }
  const apart = /^(\w+)-siblings-apart$/.exec(rule)
  if (apart) {
    const layer = `${server}/${apart[1]}`
    return [{ [`${layer}/zz-left/one.ts`]: `import '../zz-right/two.ts'`, [`${layer}/zz-right/two.ts`]: target }]
  }
  const listed = /^(gateways|processes|directory|platform)-(.+)-uses-only-listed$/.exec(rule)
  if (listed) {
    const [, layer, folder] = listed
    return [
      {
        [`${server}/${layer}/${folder}/zz-sideways.ts`]: `import '../zz-right/two.ts'`,
        [`${server}/${layer}/zz-right/two.ts`]: target,
      },
    ]
  }
  const packages = /^(?:(apps|packages)-)?(.+)-imports-only-listed-packages$/.exec(rule)
  if (packages) {
    const folder = packages[1] ? `${packages[1]}/${packages[2]}` : String(packages[2])
    return [
      {
        [`${folder}/src/zz-package.ts`]: `import type {} from '@lockstep/zz-unlisted/part'`,
        'packages/zz-unlisted/src/part.ts': target,
        'packages/zz-unlisted/package.json': JSON.stringify({
          name: '@lockstep/zz-unlisted',
          exports: { './*': './src/*.ts' },
        }),
      },
    ]
  }
  return undefined
}

/** Copies the sources and links the installed packages, so that workspace packages lead into the copy. */
function copyTree(copy: string): void {
  for (const folder of folders) {
    const filter = (path: string): boolean => !['node_modules', 'dist', '.cache'].includes(basename(path))
    cpSync(join(root, folder), join(copy, folder), { recursive: true, filter })
  }
  const modules = join(copy, 'node_modules')
  mkdirSync(join(modules, '@lockstep'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@lockstep') symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  symlinkSync(join(copy, 'packages', 'zz-unlisted'), join(modules, '@lockstep', 'zz-unlisted'))
  for (const name of readdirSync(join(copy, 'packages'))) {
    symlinkSync(join(copy, 'packages', name), join(modules, '@lockstep', name))
  }
}

function cruise(copy: string): LayerReport {
  const run = spawnSync(process.execPath, [join(root, 'scripts', 'layers.ts'), '--json', '--root', copy], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (run.status !== 0) throw new Error(`the layer checker failed:\n${run.stderr}`)
  return JSON.parse(run.stdout) as LayerReport
}

/** One sentence for each thing that went wrong. */
function judge(copy: string, planted: ReadonlyMap<string, readonly Plant[]>): readonly string[] {
  const { violations, unread } = cruise(copy)
  const faults = unread.map((file) => `the checker never read ${file}`)
  for (const rule of ruleNames) {
    const cases = planted.get(rule)
    if (!cases) faults.push(`${rule} has no planted violation; add one to scripts/prove-layers.ts`)
    for (const files of cases ?? []) {
      const file = Object.keys(files)[0] ?? ''
      const named = violations.some((each) => each.rule === rule && [file, dirname(file)].includes(each.from))
      if (!named) faults.push(`${rule} did not name ${file}: ${files[file]}`)
    }
  }
  for (const rule of Object.keys(plants)) {
    if (!ruleNames.includes(rule)) faults.push(`${rule} is planted in scripts/prove-layers.ts but is no rule`)
  }
  return faults
}

/** Writes every planted file; two plants may share a file only when it reads the same. */
function plantAll(copy: string): ReadonlyMap<string, readonly Plant[]> {
  const planted = new Map<string, readonly Plant[]>()
  const written = new Map<string, string>()
  for (const rule of ruleNames) {
    const cases = plants[rule] ?? derivedPlants(rule)
    if (!cases) continue
    planted.set(rule, cases)
    for (const [file, line] of cases.flatMap((files) => Object.entries(files))) {
      if ((written.get(file) ?? line) !== line) throw new Error(`${file} is planted twice, with different lines`)
      written.set(file, line)
      mkdirSync(dirname(join(copy, file)), { recursive: true })
      writeFileSync(join(copy, file), `${line}\n`)
    }
  }
  return planted
}

const copy = mkdtempSync(join(tmpdir(), 'lockstep-layers-'))
try {
  copyTree(copy)
  const planted = plantAll(copy)
  const faults = judge(copy, planted)
  for (const fault of faults) console.error(fault)
  const proven = [...planted.values()].flat().length
  console.log(`${ruleNames.length} layer rules, ${proven} violations planted, ${faults.length} faults`)
  process.exitCode = faults.length > 0 ? 1 : 0
} finally {
  rmSync(copy, { recursive: true, force: true })
}
