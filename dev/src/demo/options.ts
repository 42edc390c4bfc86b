import { parseArgs } from 'node:util'
import { DemoError } from './demo-error.ts'

/** What was typed after `npm run demo --`. */
export interface DemoOptions {
  /** The hub's; any free one when left out. */
  readonly port: number | undefined
  readonly keepsFolder: boolean
  readonly hasDomain: boolean
  readonly writeFile: string | undefined
}

const highestPort = 65_535
const usage = `npm run demo -- [--port N] [--keep] [--no-ad] [--write FILE]
  --port N      where the hub listens; any free port by default
  --keep        go on with the demo that was kept before, and keep it again
  --no-ad       without Active Directory
  --write FILE  write addresses and credentials to a file as JSON, readable by its owner only`

/** Reads the command line; throws a DemoError that shows how it is used. */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const values = parse(args)
  const port = values.port === undefined ? undefined : Number(values.port)
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port <= highestPort)) {
    throw new DemoError(`--port must be a number from 1 to ${highestPort}.\n${usage}`)
  }
  if (values.write === '') throw new DemoError(`--write needs the name of a file.\n${usage}`)
  return {
    port,
    keepsFolder: values.keep ?? false,
    hasDomain: values['no-ad'] !== true,
    writeFile: values.write,
  }
}

function parse(args: readonly string[]): {
  readonly port?: string
  readonly keep?: boolean
  readonly 'no-ad'?: boolean
  readonly write?: string
} {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        keep: { type: 'boolean' },
        'no-ad': { type: 'boolean' },
        write: { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new DemoError(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error })
  }
}
