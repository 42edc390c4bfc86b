import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import type { DirectoryOptions } from '@lockstep/ldap/directory-client'
import { watchAccount } from './account-watch.ts'
import { type AgentFile, createAgentFile, replaceAgentFile } from './agent-file.ts'
import { createLog } from './log.ts'

const file: AgentFile = {
  kind: 'SYNC',
  agentId: 'a',
  domainId: 'd',
  keys: { privateKey: 'k', publicKey: 'p' },
  hub: { url: 'https://hub.example' },
  directory: { url: 'ldaps://dc', bindDn: 'CN=x', password: 'first password' },
}
let folder = ''
let counter = 0

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-account-'))
})
after(async () => rm(folder, { recursive: true, force: true }))

/** A watch over a file of its own; `tried` gets every password that was to be proven, the first `refusals` are refused. */
async function watching(refusals: number) {
  counter += 1
  const configFile = join(folder, `agent${counter}.json`)
  await (await createAgentFile(configFile)).fill(file)
  const stop = new AbortController()
  const tried: string[] = []
  const lines: string[] = []
  const replaced = Promise.withResolvers<AgentFile['directory']>()
  const replace = async ({ password }: DirectoryOptions): Promise<void> => {
    tried.push(password)
    if (tried.length <= refusals) throw new DirectoryError({ kind: 'credentials', operation: 'sign in' })
  }
  const ended = watchAccount({
    ...{ configFile, file, directory: { replace }, timeouts: { timeoutMs: 1 }, stop: stop.signal },
    log: createLog({ agent: 'test', write: (line) => lines.push(line) }),
    timing: { fileLookMs: 5, accountRetryMs: 20 },
    onReplaced: replaced.resolve,
  })
  const change = (directory: Partial<AgentFile['directory']>): Promise<void> =>
    replaceAgentFile(configFile, { ...file, directory: { ...file.directory, ...directory } })
  const end = async (): Promise<void> => {
    stop.abort()
    await ended
  }
  return { change, tried, lines, replaced: replaced.promise, end }
}

test('another password is proven once and then used', async () => {
  const { change, tried, replaced, end, lines } = await watching(0)
  await change({ password: 'second password' })
  assert.equal((await replaced).password, 'second password')
  await end()
  assert.deepEqual(tried, ['second password'])
  assert.match(lines.join(''), /another one from now on/)
})

test('one that does not work is tried again until it does, and said to', async () => {
  const { change, tried, replaced, end, lines } = await watching(2)
  await change({ password: 'third password' })
  await replaced
  await end()
  assert.deepEqual(tried, ['third password', 'third password', 'third password'])
  assert.match(lines.join(''), /goes on as before/)
  assert.equal(lines.join('').includes('third password'), false)
})

test('a file that was written anew with the same account changes nothing', async () => {
  const { change, tried, replaced, end } = await watching(0)
  await change({})
  await change({ password: 'last password' })
  await replaced
  await end()
  assert.deepEqual(tried, ['last password'])
})
