import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type AgentFile, createAgentFile, readAgentFile, replaceAgentFile } from './agent-file.ts'

const contents: AgentFile = {
  kind: 'SYNC',
  agentId: 'a',
  domainId: 'd',
  keys: { privateKey: 'k', publicKey: 'p' },
  hub: { url: 'https://hub.example' },
  directory: { url: 'ldaps://dc', bindDn: 'CN=x', password: 'old' },
}
let folder = ''

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-agent-file-'))
})
after(async () => rm(folder, { recursive: true, force: true }))

test('a file is replaced whole, stays its owner’s alone, and leaves nothing beside it', async () => {
  const path = join(folder, 'agent.json')
  await (await createAgentFile(path)).fill(contents)
  const directory = { ...contents.directory, password: 'new' }
  await replaceAgentFile(path, { ...contents, directory })
  assert.equal((await readAgentFile(path, 'SYNC')).directory.password, 'new')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(folder), ['agent.json'])
})

test('a file that is not there is not made', async () => {
  const path = join(folder, 'absent.json')
  await assert.rejects(replaceAgentFile(path, contents), /cannot be replaced \(ENOENT\)/)
  await assert.rejects(readFile(path), { code: 'ENOENT' })
})
