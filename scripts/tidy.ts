// Prints every fault that tidy-rules.ts finds in the repository and ends non-zero when there is one.
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { findFaults, type SourceFile } from './tidy-rules.ts'

const root = resolve(import.meta.dirname, '..')
const skippedAnywhere = new Set(['node_modules', 'dist', '.git', '.cache'])
/** Folders and files that only a running hub or a package manager writes. */
const skippedAtTop = new Set(['data', 'package-lock.json'])
const readable = /\.(ts|tsx|mjs|cjs|css|sql|md|json|html|sh|yaml|yml)$|^[^.]+$|^pre-commit$/

function filesBelow(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const isSkipped =
      skippedAnywhere.has(entry.name) ||
      (folder === root && skippedAtTop.has(entry.name)) ||
      entry.name.endsWith('.log')
    if (isSkipped) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    if (!entry.isFile()) return []
    const text = readable.test(entry.name) ? readFileSync(path, 'utf8') : ''
    return [{ path: relative(root, path).split(sep).join('/'), text }]
  })
}

const files = filesBelow(root)
const faults = findFaults(files)
for (const { rule, path, line, message } of faults) console.error(`${path}:${line} ${rule}: ${message}`)
console.log(`${files.length} files, ${faults.length} faults`)
process.exitCode = faults.length > 0 ? 1 : 0
