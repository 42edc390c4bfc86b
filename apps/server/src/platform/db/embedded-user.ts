import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'

/** The operating system's user that PostgreSQL runs as; it refuses to run as root. */
export interface PostgresUser {
  readonly uid: number
  readonly gid: number
  /** Options of `setpriv` that become this user; none when we are that user already. */
  readonly become: readonly string[]
}

const preferredNames = ['postgres', 'nobody'] as const

/**
 * Who runs PostgreSQL: ourselves, or when we are root the owner of the existing cluster, else the first of the
 * preferred users that the machine has. `owner` is the cluster's owner, so that a user added to the machine later does
 * not change it.
 */
export async function choosePostgresUser(owner: { uid: number; gid: number } | undefined): Promise<PostgresUser> {
  const uid = process.getuid?.() ?? 0
  const gid = process.getgid?.() ?? 0
  if (uid !== 0) return { uid, gid, become: [] }
  const chosen = owner !== undefined && owner.uid !== 0 ? owner : await preferredUser()
  return {
    ...chosen,
    become: [`--reuid=${chosen.uid}`, `--regid=${chosen.gid}`, '--clear-groups', '--inh-caps=-all'],
  }
}

async function preferredUser(): Promise<{ uid: number; gid: number }> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of preferredNames) {
    const line = lines.find((fields) => fields[0] === name)
    const uid = Number(line?.[2])
    const gid = Number(line?.[3])
    if (line !== undefined && uid > 0 && gid >= 0) return { uid, gid }
  }
  return { uid: 65_534, gid: 65_534 }
}

/** True when that user passes the file test (`-r`, `-x` …) on the path, all folders above it included. */
export async function userCan(user: PostgresUser, test: '-r' | '-x', path: string): Promise<boolean> {
  const child = spawn('setpriv', [...user.become, '--', 'test', test, path], { cwd: '/', stdio: 'ignore' })
  const [status] = (await once(child, 'exit')) as [number | null]
  return status === 0
}
