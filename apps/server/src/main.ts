// The hub's entry. How much memory V8 and the C library take ahead can only be said when a process begins, so it begins once more with
// that said, in place: same process number, same descriptors. With 10,000 imported users 338 MB became 194 MB (`npm run bench -- memory`).

import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * A megabyte count for one half of the young generation, in which every request leaves its garbage. V8 would let it grow to 32 or 64 and
 * keep it. Smaller halves are swept more often, and each time what requests under way hold is copied: with 8, a third of the time of a hub
 * that was asked for pages of 100 went into that, with 16 a fifth.
 */
const youngGeneration = '--max-semi-space-size=16'
/**
 * By how many percent of what lives the heap may grow before the old generation is swept. V8 would let it treble while much is promoted, and
 * sweeps nothing in a quiet hub: it was chance whether the garbage of an import, 90 MB, stayed.
 */
const oldGeneration = '--heap-growing-percent=40'
/** The C library keeps a heap of its own for every thread, and gives little of it back. */
const arenas = 'MALLOC_ARENA_MAX'

/**
 * What stripping the types and compiling yielded is kept beside the packages: the next start is faster and never loads the stripper, which
 * is 15 MB. Where the folder cannot be written, Node goes on without. Said ahead it holds for this file too.
 */
const compileCache = 'NODE_COMPILE_CACHE'
const cacheFolder = fileURLToPath(new URL('../../../node_modules/.cache/lockstep', import.meta.url))

const { execArgv, execPath, argv, env } = process
const isSettled = env[arenas] !== undefined || env['NODE_OPTIONS']?.includes('semi-space') === true
if (process.platform === 'linux' && !isSettled && typeof process.execve === 'function') {
  const settled = { [compileCache]: cacheFolder, ...env, [arenas]: '2' }
  process.execve(execPath, [execPath, youngGeneration, oldGeneration, ...execArgv, ...argv.slice(1)], settled)
}
enableCompileCache(cacheFolder)
// Loaded now and not above, so that nothing is loaded twice.
const { serve } = await import('./serve.ts')
await serve(env)
