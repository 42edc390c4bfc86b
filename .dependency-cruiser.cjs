// Who may import whom, as data. `npm run check` enforces it; `node scripts/prove-layers.ts` plants a violation of every rule
// and fails if one goes unreported, because the checker passes silently over TypeScript that it cannot read.
// Adding a pair to a table below is an architectural change: its commit says why.

/** The hub's layers; one may import those after it, never those before it. */
const layers = ['gateways', 'processes', 'directory', 'platform']

/** Folders of one layer that may use each other; every other pair is forbidden. Gateways have none: what they share is platform/http. */
const siblings = {
  gateways: {},
  processes: {
    ad: ['plans'],
    // Whose password a domain validates is asked there, and what is right here is handed on to domains.
    'sign-in': ['ad'],
    // What a client that provisions takes away in a burst waits in a plan.
    integrations: ['plans'],
  },
  directory: {
    access: ['journal'],
    bindings: ['users', 'groups', 'journal', 'access'],
    // The change feed tells of users, groups, memberships and devices as they are now, in the order of the journal.
    changes: ['users', 'groups', 'inventory', 'journal', 'access'],
    groups: ['users', 'journal', 'access'],
    // What an administrator declares for users and groups no more is taken from them, as changes of theirs.
    'custom-schemas': ['users', 'groups', 'journal', 'access'],
    // Clients that provision are let in and journalled like everybody else; what they own and keep read-only are fields of users.
    integrations: ['users', 'journal', 'access'],
    // Groups of devices follow the same rules as groups of users, and the graph joins both.
    inventory: ['users', 'groups', 'journal', 'access'],
    journal: ['settings'],
    // What the organization demands is checked, journalled and kept here; who may change it is access's business.
    organization: ['settings', 'users', 'groups', 'journal', 'access'],
    users: ['journal', 'access'],
    // Sessions of users last as those of administrators do, and end with the user's password.
    // Groups ask their members for a second factor.
    'user-factors': ['users', 'groups', 'journal', 'access'],
    'user-sessions': ['access'],
  },
  platform: {
    crypto: ['db', 'log'],
    db: ['log'],
    http: ['log', 'crypto'],
    jobs: ['db', 'log'],
  },
}

/** The shared packages that each program and package may import. */
const packages = {
  'packages/kernel': [],
  'packages/contract': ['kernel'],
  'packages/ldap': ['kernel'],
  'packages/ui': ['kernel'],
  'packages/client': ['contract', 'kernel'],
  'apps/server': ['contract', 'kernel'],
  'apps/ad-agent': ['client', 'contract', 'kernel', 'ldap'],
  'apps/cli': ['client', 'contract', 'kernel'],
  'apps/admin-portal': ['client', 'contract', 'kernel', 'ui'],
  'apps/user-portal': ['client', 'contract', 'kernel', 'ui'],
  dev: ['client', 'contract', 'kernel', 'ldap'],
}

/** Tests stand beside their subject; they alone may reach for the whole application and for the test fixtures. */
const tests = '\\.test\\.tsx?$'
const within = (folder) => `^apps/server/src/${folder}/`
const anyOf = (names) => `(${names.join('|')})`

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from, to }
}

const packageTable = Object.entries(packages).map(([folder, allowed]) =>
  forbid(
    `${folder.replace('/', '-')}-imports-only-listed-packages`,
    `${folder} may import ${allowed.join(', ') || 'no package'}; the table "packages" in .dependency-cruiser.cjs decides.`,
    { path: `^${folder}/` },
    { path: '^packages/', pathNot: `^packages/${anyOf([folder.replace('packages/', ''), ...allowed])}/` },
  ),
)

const upward = layers.flatMap((upper, index) =>
  layers
    .slice(index + 1)
    .map((lower) =>
      forbid(
        `${lower}-never-imports-${upper}`,
        'Layers import downwards only. What a lower layer wants to say upwards it writes to the journal.',
        { path: within(lower) },
        { path: within(upper) },
      ),
    ),
)

const unlistedSiblings = layers.map((layer) => {
  const listed = Object.keys(siblings[layer])
  return forbid(
    `${layer}-siblings-apart`,
    `Folders of ${layer} use each other only as the table "siblings" in .dependency-cruiser.cjs says.`,
    {
      path: `^apps/server/src/${layer}/([^/]+)/`,
      ...(listed.length > 0 ? { pathNot: `^apps/server/src/${layer}/${anyOf(listed)}/` } : {}),
    },
    { path: within(layer), pathNot: `^apps/server/src/${layer}/$1/` },
  )
})

const listedSiblings = Object.entries(siblings).flatMap(([layer, pairs]) =>
  Object.entries(pairs).map(([folder, allowed]) =>
    forbid(
      `${layer}-${folder}-uses-only-listed`,
      `${folder} may use ${allowed.join(', ')}; the table "siblings" in .dependency-cruiser.cjs decides.`,
      { path: within(`${layer}/${folder}`) },
      { path: within(layer), pathNot: `^apps/server/src/${layer}/${anyOf([folder, ...allowed])}/` },
    ),
  ),
)

const programs = [
  forbid(
    'apps-import-no-app',
    'A program imports no other program.',
    { path: '^apps/([^/]+)/' },
    { path: '^apps/', pathNot: '^apps/$1/' },
  ),
  forbid('packages-import-no-app', 'Packages know no program.', { path: '^packages/' }, { path: '^apps/' }),
  forbid('dev-imports-no-app', 'The demo starts programs as child processes.', { path: '^dev/' }, { path: '^apps/' }),
  forbid(
    'shipped-code-imports-no-workshop',
    'Only tests reach into tests, bench, dev and scripts.',
    { path: '^(apps|packages)/', pathNot: tests },
    { path: '^(tests|bench|dev|scripts)/' },
  ),
  forbid(
    'nobody-imports-main',
    'A main file runs when it is loaded.',
    {},
    { path: '^apps/[^/]+/src/(main|[^/]+-agent)\\.tsx?$' },
  ),
  forbid(
    'nobody-imports-tests',
    'A test file is nobody’s library; shared fixtures live in tests/ under a plain name.',
    {},
    { path: tests },
  ),
  forbid(
    'root-files-serve-main-alone',
    'Folders receive what they need; they do not fetch it from the context or the configuration.',
    { path: '^apps/(server|ad-agent|cli)/src/[^/]+/', pathNot: tests },
    { path: '^apps/(server|ad-agent|cli)/src/(context|config)\\.ts$' },
  ),
  forbid(
    'kernel-needs-nothing',
    'The kernel has no dependency.',
    { path: '^packages/kernel/', pathNot: tests },
    { path: 'node_modules/' },
  ),
  forbid(
    'browser-code-needs-no-node',
    'This code runs in a browser.',
    { path: '^(apps/(admin|user)-portal|packages/ui)/src/', pathNot: tests },
    { dependencyTypes: ['core'] },
  ),
]

const roles = [
  forbid(
    'stores-stay-home',
    'A store is imported only from its own folder; use the service.',
    { path: '^(apps/server/src/[^/]+/[^/]+)/' },
    { path: '\\.store\\.ts$', pathNot: '^$1/' },
  ),
  forbid(
    'rules-are-pure',
    'Rules import rules, kernel and contract, and nothing else.',
    { path: '\\.rules\\.ts$' },
    { pathNot: ['\\.rules\\.ts$', '^packages/(kernel|contract)/'] },
  ),
  forbid(
    'stores-know-no-services',
    'Stores hold SQL; services decide.',
    { path: '\\.store\\.ts$' },
    { path: '\\.(service|job|routes)\\.ts$' },
  ),
  forbid(
    'jobs-use-services',
    'A job calls its service, which owns the store.',
    { path: '\\.job\\.ts$' },
    { path: '\\.store\\.ts$' },
  ),
  forbid(
    'gateways-touch-no-database',
    'Gateways speak a protocol and call services; they hold no SQL.',
    { path: within('gateways'), pathNot: tests },
    { path: within('platform/db') },
  ),
  forbid(
    'sql-stays-in-stores',
    'Only stores and the platform speak to PostgreSQL.',
    { path: within(anyOf(['gateways', 'processes', 'directory'])), pathNot: ['\\.store\\.ts$', tests] },
    { path: 'node_modules/(pg|kysely)/' },
  ),
  forbid(
    'http-stays-in-gateways',
    'Below the gateways nothing knows HTTP.',
    { path: within(anyOf(['processes', 'directory'])), pathNot: tests },
    { path: ['node_modules/(fastify|@fastify/[^/]+)/', within('platform/http')] },
  ),
]

const graph = [
  forbid('no-cycle', 'Files import each other in one direction, type imports counted.', {}, { circular: true }),
  {
    ...forbid(
      'no-folder-cycle',
      'Folders import each other in one direction; tests are left out.',
      {},
      { circular: true },
    ),
    scope: 'folder',
  },
  forbid(
    'every-import-resolves',
    'An import that cannot be followed is an import that no rule checks. What the benchmarks compare with is installed by them alone.',
    { pathNot: '^bench/peers/' },
    { couldNotResolve: true },
  ),
]

module.exports = {
  forbidden: [...graph, ...programs, ...roles, ...packageTable, ...upward, ...unlistedSiblings, ...listedSiblings],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js'],
    },
  },
}
