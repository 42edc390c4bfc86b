// Checks who imports whom, by the rules of .dependency-cruiser.cjs. `--root FOLDER` checks another copy of the tree and
// `--json` prints what was found, for prove-layers.ts.
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import { existsSync, globSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

interface LayerConfig {
  readonly forbidden: readonly (NonNullable<IFlattenedRuleSet['forbidden']>[number] & {
    readonly name: string
    readonly comment: string
    readonly scope?: 'folder'
  })[]
  readonly options: {
    readonly enhancedResolveOptions: object
    readonly exclude: { readonly path: string }
    readonly doNotFollow: { readonly path: string }
    readonly tsPreCompilationDeps: true
  }
}

interface Violation {
  readonly rule: string
  readonly from: string
  readonly to: string
}

export interface LayerReport {
  readonly violations: readonly Violation[]
  readonly readCount: number
  /** Source files that the checker passed over: it does so silently when it cannot parse TypeScript. */
  readonly unread: readonly string[]
}

const root = resolve(import.meta.dirname, '..')
const config = createRequire(import.meta.url)(resolve(root, '.dependency-cruiser.cjs')) as LayerConfig
const folders = ['apps', 'packages', 'dev', 'tests', 'bench', 'scripts']

async function cruiseOnce(
  baseDir: string,
  rules: LayerConfig['forbidden'],
  exclude: readonly string[],
): Promise<ICruiseResult> {
  const present = folders.filter((folder) => existsSync(resolve(baseDir, folder)))
  const { enhancedResolveOptions, ...options } = config.options
  const { output } = await cruise(
    present,
    {
      ...options,
      baseDir,
      validate: true,
      metrics: rules.some((rule) => rule.scope === 'folder'),
      exclude: { path: [...exclude] },
      ruleSet: { forbidden: [...rules] },
    },
    enhancedResolveOptions,
  )
  if (typeof output === 'string') throw new Error(`the layer checker answered with text: ${output}`)
  return output
}

/**
 * Reads the tree twice: whole for the rules about files, and without tests for the rule about folders, because a test beside its
 * subject uses fixtures in tests/ that themselves use the subject's folder.
 */
async function checkLayers(baseDir: string): Promise<LayerReport> {
  process.chdir(baseDir) // the resolver looks for packages from here
  const exclude = [config.options.exclude.path]
  const files = await cruiseOnce(
    baseDir,
    config.forbidden.filter((rule) => rule.scope !== 'folder'),
    exclude,
  )
  const withoutTests = await cruiseOnce(
    baseDir,
    config.forbidden.filter((rule) => rule.scope === 'folder'),
    [...exclude, '\\.test\\.tsx?$', '^tests/'],
  )
  const read = new Set(files.modules.map((module) => module.source))
  const sources = globSync(`{${folders.join(',')}}/**/*.{ts,tsx}`, {
    cwd: baseDir,
    exclude: ['**/node_modules', '**/dist'],
  })
  return {
    violations: [...files.summary.violations, ...withoutTests.summary.violations].map((violation) => ({
      rule: violation.rule.name,
      from: violation.from,
      to: violation.to,
    })),
    readCount: sources.filter((file) => read.has(file)).length,
    unread: sources.filter((file) => !read.has(file)),
  }
}

const { values } = parseArgs({
  options: { root: { type: 'string', default: root }, json: { type: 'boolean', default: false } },
})
const report = await checkLayers(resolve(values.root))
if (values.json) {
  process.stdout.write(JSON.stringify(report))
} else {
  for (const { rule, from, to } of report.violations) {
    console.error(`${from} → ${to}\n  ${rule}: ${config.forbidden.find((each) => each.name === rule)?.comment ?? ''}`)
  }
  for (const file of report.unread)
    console.error(`${file} could not be read by the layer checker; is @swc/core installed?`)
  console.log(`${report.readCount} files read, ${report.violations.length} violations`)
  process.exitCode = report.violations.length + report.unread.length > 0 ? 1 : 0
}
