// What the linters cannot say about this repository: names, roles, sizes, and where time and the environment may be read.
// Pure, so that tidy.test.ts can plant a fault of every rule.

/** A file of the repository; the path is relative to its root, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

export interface Fault {
  readonly rule: string
  readonly path: string
  readonly line: number
  readonly message: string
}

interface LineRule {
  readonly rule: string
  readonly appliesTo: RegExp
  readonly exempt?: RegExp
  readonly pattern: RegExp
  readonly message: string
}

const code = /\.(ts|tsx|mjs|cjs)$/
const text = /\.(ts|tsx|mjs|cjs|css|sql|md|json|html|sh|yaml|yml)$|\/[^.]+$/
const sizedCode = /\.(ts|tsx|mjs|cjs|css|sql)$/
const maxLines = 400

const upperCaseNames = new Set([
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
])
const bannedWords = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'info'])
/** A person's manager and a person's data are things of this product; a file named after what it manages is not. */
const bannedLastWords = new Set(['manager', 'managers', 'data'])
const roles = new Set(['rules', 'store', 'service', 'job', 'routes'])
const suffixes = new Set([...roles, 'test', 'integration', 'browser', 'module', 'config', 'd'])

/** Files that start a program or a part of the workshop. */
const entryFiles =
  /^(apps\/[^/]+\/src\/main\.tsx?|apps\/ad-agent\/src\/[^/]+-agent\.ts|apps\/[^/]+\/vite\.config\.ts|dev\/src\/demo\.ts|(scripts|tests|bench)\/.*|.*\.test\.tsx?)$/
const mayReadClock = /^(packages\/kernel|apps\/ad-agent|tests|dev|bench|scripts)\/|\.test\.tsx?$/

// Assembled, so that this file does not contain what it looks for.
const todo = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|')
const machinePaths = ['/wo' + 'rk/', '/tmp/wo' + 'rk', '/ro' + 'ot/', '/ho' + 'me/\\w', '/Us' + 'ers/\\w'].join('|')
const registries = [
  'npm' + 'js\\.(?:org|com)',
  'registry\\.' + 'yarnpkg',
  'https?://[\\w.-]*registry' + '\\.',
  'js' + 'r\\.io',
].join('|')

const lineRules: readonly LineRule[] = [
  {
    rule: 'no-unfinished-notes',
    appliesTo: code,
    pattern: new RegExp(`\\b(${todo})\\b`),
    message: 'finish it or leave it out; notes to oneself do not go into the repository',
  },
  {
    rule: 'environment-only-in-entry-files',
    appliesTo: code,
    exempt: entryFiles,
    pattern: /\bprocess\.env\b|import \{[^}]*\benv\b[^}]*\} from 'node:process'/,
    message: 'only main files read the environment; take the value from the configuration that main hands down',
  },
  {
    rule: 'time-and-ids-through-the-context',
    appliesTo: /^(apps|packages)\/.*\.tsx?$/,
    exempt: mayReadClock,
    pattern: /\bnew Date\(\)|\bDate\.now\(|\brandomUUID\(|\bMath\.random\(/,
    message: 'take the time and new ids from the clock of the context (packages/kernel)',
  },
  {
    rule: 'no-machine-paths',
    appliesTo: text,
    pattern: new RegExp(`(?<![\\w.)}\\]*:-])(${machinePaths})`),
    message: 'a path of one machine means nothing on another',
  },
  {
    rule: 'no-registry-hosts',
    appliesTo: text,
    pattern: new RegExp(registries),
    message: 'name the package, not the host it came from',
  },
  {
    rule: 'no-barrels',
    appliesTo: code,
    pattern: /^export (type )?(\*|\{[^}]*\}) .*from\b/,
    message: 'import the file that defines the thing',
  },
  {
    rule: 'suppressions-give-a-reason',
    appliesTo: code,
    pattern: /@ts-(ignore|nocheck)\b|@ts-expect-error\s*$|(oxlint|eslint)-disable(?!.* -- \S)/,
    message: 'suppress with @ts-expect-error and a reason, or with oxlint-disable-next-line RULE -- reason',
  },
  {
    rule: 'tests-never-skip',
    appliesTo: /\.test\.tsx?$/,
    pattern: /\b(test|it|describe|suite)\.(skip|todo|only)\(|\b(skip|todo|only): true\b/,
    message: 'a test that cannot pass yet asserts today’s answer and says so',
  },
  {
    rule: 'no-vague-names',
    appliesTo: /\.tsx?$/,
    pattern:
      /\b(?:class|interface|type|function|const) (\w*(?:Utils?|Helpers?|Misc)\b|(?<=(?:class|interface|type) )\w+Manager\b)/,
    message: 'name it after what it does; if no noun fits, the code is in the wrong place',
  },
]

/** The names of the rules that look at single lines. */
export const lineRuleNames: ReadonlySet<string> = new Set(lineRules.map(({ rule }) => rule))

function lineFaults(file: SourceFile): readonly Fault[] {
  const rules = lineRules.filter(({ appliesTo, exempt }) => appliesTo.test(file.path) && !exempt?.test(file.path))
  if (rules.length === 0) return []
  return file.text
    .split('\n')
    .flatMap((line, index) =>
      rules
        .filter(({ pattern }) => pattern.test(line))
        .map(({ rule, message }) => ({ rule, path: file.path, line: index + 1, message })),
    )
}

function nameFaults({ path }: SourceFile): readonly Fault[] {
  const fault = (rule: string, message: string): Fault => ({ rule, path, line: 1, message })
  const segments = path.split('/')
  const name = segments.at(-1) ?? ''
  const folders = segments.slice(0, -1)
  const faults: Fault[] = []
  for (const part of [...folders, ...(upperCaseNames.has(name) ? [] : [name])]) {
    const plain = part.replace(/^\./, '')
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(plain) && !/^\d{4}_[a-z0-9_]+\.sql$/.test(plain)) {
      faults.push(fault('names-are-kebab-case', `rename ${part}: lower-case words joined by hyphens`))
    }
    const stem = plain.split('.')[0] ?? ''
    const words = stem.split('-')
    const banned =
      words.find((word) => bannedWords.has(word)) ?? [words.at(-1) ?? ''].find((word) => bannedLastWords.has(word))
    if (banned)
      faults.push(fault('no-vague-file-names', `"${banned}" says nothing; name ${part} after the noun it holds`))
  }
  const marks = code.test(name) && !name.startsWith('.') ? name.split('.').slice(1, -1) : []
  for (const mark of marks.filter((each) => !suffixes.has(each))) {
    faults.push(
      fault(
        'known-role-suffixes',
        `".${mark}" is no role; known are ${[...suffixes].map((each) => `.${each}`).join(' ')}`,
      ),
    )
  }
  const role = marks.find((mark) => roles.has(mark))
  if (role && !path.startsWith('apps/server/src/')) {
    faults.push(fault('known-role-suffixes', `".${role}" is a role of the hub's folders, not of ${folders.join('/')}`))
  }
  if (role === 'routes' && !path.startsWith('apps/server/src/gateways/')) {
    faults.push(fault('known-role-suffixes', 'routes stand under gateways only'))
  }
  return faults
}

/** Generated files say so on their first line and may be of any size. */
function isGenerated(source: string): boolean {
  return /^\W*.*\bgenerated\b/i.test(source.split('\n', 1)[0] ?? '')
}

function sizeFaults({ path, text: source }: SourceFile): readonly Fault[] {
  if (!sizedCode.test(path) || isGenerated(source)) return []
  const lines = source.trimEnd().split('\n').length
  if (lines <= maxLines) return []
  return [
    {
      rule: 'files-stop-at-400-lines',
      path,
      line: maxLines + 1,
      message: `${lines} lines; divide it by noun or by role`,
    },
  ]
}

/** Exported functions of packages are read by people who do not open the file. */
function docstringFaults({ path, text: source }: SourceFile): readonly Fault[] {
  if (!/^packages\/[^/]+\/src\/.*\.tsx?$/.test(path) || /\.test\.tsx?$/.test(path) || isGenerated(source)) return []
  const lines = source.split('\n')
  return lines.flatMap((line, index) => {
    const name = /^export (?:async )?(?:function\*?|class) (\w+)/.exec(line)?.[1]
    const before = lines[index - 1] ?? ''
    const isOverload = name !== undefined && new RegExp(`^export (?:async )?function ${name}\\b`).test(before)
    if (!name || isOverload || before.trimEnd().endsWith('*/')) return []
    return [
      {
        rule: 'package-exports-are-explained',
        path,
        line: index + 1,
        message: `say in one sentence what ${name} gives and how it fails`,
      },
    ]
  })
}

function decisionFaults(files: readonly SourceFile[]): readonly Fault[] {
  const pages = files.filter(({ path }) => path.startsWith('decisions/') && path !== 'decisions/README.md')
  const numbers = pages.map(({ path }) => path.slice('decisions/'.length, 'decisions/0000'.length))
  return pages.flatMap(({ path }, index) => {
    const fault = (message: string): Fault => ({ rule: 'decisions-are-numbered', path, line: 1, message })
    if (!/^decisions\/\d{4}-[a-z0-9-]+\.md$/.test(path)) return [fault('name it NNNN-what-was-decided.md')]
    return numbers.indexOf(numbers[index] ?? '') < index ? [fault(`number ${numbers[index]} is taken`)] : []
  })
}

/** The folders that ARCHITECTURE.md's code map names, one list item each. */
function mappedFolders(architecture: string): ReadonlyMap<string, number> {
  const mapped = new Map<string, number>()
  let inMap = false
  for (const [index, line] of architecture.split('\n').entries()) {
    if (line.startsWith('## ')) inMap = line.trim().toLowerCase() === '## code map'
    const folder = inMap ? /^\s*- `([^`]+)\/`/.exec(line)?.[1] : undefined
    if (folder) mapped.set(folder, index + 1)
  }
  return mapped
}

/** The folders that the code map must name: the top, programs and packages, their parts, and the nouns of the hub's layers. */
function foldersToMap(files: readonly SourceFile[]): ReadonlySet<string> {
  const shapes = [
    /^[^/]+$/,
    /^(apps|packages)\/[^/]+$/,
    /^apps\/[^/]+\/src\/[^/]+$/,
    /^dev\/src\/[^/]+$/,
    /^apps\/server\/(migrations|src\/[^/]+\/[^/]+)$/,
  ]
  const folders = new Set<string>()
  for (const { path } of files) {
    const segments = path.split('/')
    for (let depth = 1; depth < segments.length; depth += 1) {
      const folder = segments.slice(0, depth).join('/')
      if (shapes.some((shape) => shape.test(folder))) folders.add(folder)
    }
  }
  return folders
}

function codeMapFaults(files: readonly SourceFile[]): readonly Fault[] {
  const path = 'ARCHITECTURE.md'
  const rule = 'code-map-names-every-folder'
  const mapped = mappedFolders(files.find((file) => file.path === path)?.text ?? '')
  const existing = foldersToMap(files)
  const missing = [...existing].filter((folder) => !mapped.has(folder)).toSorted()
  const gone = [...mapped].filter(([folder]) => !existing.has(folder))
  return [
    ...missing.map((folder) => ({ rule, path, line: 1, message: `add a line "- \`${folder}/\` …" to the code map` })),
    ...gone.map(([folder, line]) => ({
      rule,
      path,
      line,
      message: `remove \`${folder}/\` from the code map: no such folder`,
    })),
  ]
}

const kindsOfChanges = new Set(['new', 'change', 'fix', 'security', 'removal'])

/** Fragments of release notes begin with a kind that changes/README.md names. */
function kindFaults({ path, text: source }: SourceFile): readonly Fault[] {
  if (!path.startsWith('changes/') || path === 'changes/README.md') return []
  const kind = /^kind: (.*)/.exec(source)?.[1] ?? ''
  if (kindsOfChanges.has(kind)) return []
  const message = `begin it with "kind: " and one of ${[...kindsOfChanges].join(', ')}`
  return [{ rule: 'changes-have-a-kind', path, line: 1, message }]
}

/** Every fault of the repository's files, in the order of the files. */
export function findFaults(files: readonly SourceFile[]): readonly Fault[] {
  return [
    ...files.flatMap((file) => [
      ...nameFaults(file),
      ...sizeFaults(file),
      ...lineFaults(file),
      ...docstringFaults(file),
      ...kindFaults(file),
    ]),
    ...decisionFaults(files),
    ...codeMapFaults(files),
  ]
}
