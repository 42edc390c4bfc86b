import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { SealingKeys } from '@lockstep/contract/agents/sealed-password'
import { type FakeDirectory, startFakeDirectory } from '@lockstep/ldap/testing/fake-directory'
import { type AgentFile, readAgentFile } from './agent-file.ts'
import { FakeHub } from '../testing/fake-hub.ts'

const settings = {
  domainId: 'd',
  baseDn: 'DC=lockstep,DC=example',
  rootDn: 'OU=x,DC=lockstep,DC=example',
  integrationGroupDn: 'CN=g,DC=lockstep,DC=example',
  userContainerDn: 'OU=x,DC=lockstep,DC=example',
  groupContainerDn: 'OU=x,DC=lockstep,DC=example',
  upnSuffix: 'lockstep.example',
}

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly errors: string
}

describe('the programs', () => {
  let folder = ''
  let directory: FakeDirectory
  let hub: FakeHub
  let counter = 0

  const start = (agent: 'import' | 'sync', args: readonly string[], environment: NodeJS.ProcessEnv = {}) => {
    const program = join(import.meta.dirname, '..', `${agent}-agent.ts`)
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    })
    let out = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    const ended = once(child, 'close').then(([code]: unknown[]): Ended => ({
      code: code as number | null,
      out,
      errors,
    }))
    return { child, ended }
  }
  const newConfig = (): string => {
    counter += 1
    return join(folder, `agent${counter}.json`)
  }
  const enrolArgs = (config: string, key: readonly string[], password = 'password'): readonly string[] => {
    const account = ['--bind-dn', 'agent', '--password-file', join(folder, password)]
    const ldap = ['--ldap', directory.url, '--ldap-ca', join(folder, 'ca.pem'), '--ldap-server-name', 'localhost']
    return ['enrol', '--hub', hub.url, ...key, ...ldap, ...account, '--config', config]
  }
  const enrol = async (agent: 'import' | 'sync', config: string, password?: string): Promise<Ended> =>
    start(agent, enrolArgs(config, ['--connect-key', 'connect-key-connect-key'], password)).ended

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-agent-'))
    directory = await startFakeDirectory({
      script: (request, reply) => {
        const names = { dsServiceName: ['CN=s'], dnsHostName: ['dc1.y'], defaultNamingContext: ['DC=y'] }
        if (request.type === 'search' && request.base === '') reply.entry('', { highestCommittedUSN: ['1'], ...names })
        reply.result(0)
      },
    })
    hub = new FakeHub(settings)
    hub.state.role = 'standby'
    await hub.start()
    await writeFile(join(folder, 'ca.pem'), directory.ca)
    await writeFile(join(folder, 'password'), 'secret\n')
    await writeFile(join(folder, 'wrong'), 'guess\n')
  })

  after(async () => {
    await hub[Symbol.asyncDispose]()
    await directory.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('enrolment spends the connect key and writes one file that only its owner can read', async () => {
    const config = newConfig()
    const { code, out } = await enrol('import', config)
    assert.equal(code, 0)
    assert.match(out, /^Import agent is enrolled/)
    const request = hub.enrolments.at(-1)
    assert.deepEqual([request?.kind, request?.connectKey], ['IMPORT', 'connect-key-connect-key'])
    assert.match(request?.publicKey ?? '', /^[\w-]{43}$/)
    assert.match(request?.sealingKey ?? '', /^[\w-]{43}$/)
    assert.equal((await stat(config)).mode & 0o777, 0o600)
    const file = JSON.parse(await readFile(config, 'utf8')) as Record<string, unknown>
    assert.deepEqual([file['kind'], file['agentId'], file['domainId']], ['IMPORT', 'agent', 'domain'])
    assert.equal((file['sealing'] as SealingKeys).publicKey, request?.sealingKey)
    const again = await enrol('import', config)
    assert.equal(again.code, 1)
    assert.match(again.errors, /is there already/)
  })

  test('an agent whose file has no sealing key makes one, keeps it, and tells the hub at every start', async () => {
    const config = newConfig()
    await enrol('sync', config)
    const { sealing: _, ...earlier } = JSON.parse(await readFile(config, 'utf8')) as AgentFile
    await writeFile(config, JSON.stringify(earlier))
    for (const count of [1, 2]) {
      const { child, ended } = start('sync', ['run', '--config', config])
      await hub.until(() => hub.sealingKeys.length >= count)
      child.kill('SIGTERM')
      assert.equal((await ended).code, 0)
    }
    const { sealing } = await readAgentFile(config, 'SYNC')
    assert.ok(sealing)
    assert.deepEqual(hub.sealingKeys, [sealing.publicKey, sealing.publicKey])
  })

  test('the connect key is taken from the environment or from a file', async () => {
    const ofEnvironment = 'connect-key-of-environment'
    const variable = { LOCKSTEP_AGENT_CONNECT_KEY: ofEnvironment }
    assert.equal((await start('sync', enrolArgs(newConfig(), []), variable).ended).code, 0)
    assert.equal(hub.enrolments.at(-1)?.connectKey, ofEnvironment)

    const file = join(folder, 'connect-key.txt')
    const fromFile = ['--connect-key-file', file]
    await writeFile(file, 'connect-key-of-file\r\n')
    assert.equal((await start('sync', enrolArgs(newConfig(), fromFile)).ended).code, 0)
    assert.equal(hub.enrolments.at(-1)?.connectKey, 'connect-key-of-file')

    const both = await start('sync', enrolArgs(newConfig(), fromFile), variable).ended
    assert.deepEqual([both.code, /once only/.test(both.errors)], [2, true])
    assert.equal(both.errors.includes(ofEnvironment), false)

    await writeFile(file, '\n')
    const empty = await start('sync', enrolArgs(newConfig(), fromFile)).ended
    assert.deepEqual([empty.code, /connect-key\.txt is empty/.test(empty.errors)], [1, true])
  })

  test('a wrong password does not cost the connect key and leaves no file', async () => {
    const before = hub.enrolments.length
    const config = newConfig()
    const { code, errors } = await enrol('sync', config, 'wrong')
    assert.equal(code, 1)
    assert.match(errors, /refused name or password/)
    assert.equal(errors.includes('guess'), false)
    assert.equal(hub.enrolments.length, before)
    await assert.rejects(stat(config), { code: 'ENOENT' })
  })

  test('an enrolled agent says in one line that it runs, and ends in order on a signal', async () => {
    for (const [agent, word, signal] of [
      ['import', 'Import', 'SIGTERM'],
      ['sync', 'Sync', 'SIGINT'],
    ] as const) {
      const config = newConfig()
      await enrol(agent, config)
      const { child, ended } = start(agent, ['run', '--config', config])
      const [first] = (await once(child.stdout, 'data')) as [Buffer]
      assert.equal(first.toString(), `${word} agent is running for lockstep.example\n`)
      child.kill(signal)
      const { code, out, errors } = await ended
      assert.equal(code, 0)
      assert.equal(out, first.toString())
      for (const line of errors.trim().split('\n')) assert.equal(typeof JSON.parse(line), 'object')
      assert.equal(errors.includes('secret'), false)
    }
  })

  test('a file of the other agent, of everybody, or missing is refused', async () => {
    const config = newConfig()
    await enrol('sync', config)
    assert.match((await start('import', ['run', '--config', config]).ended).errors, /belongs to the sync agent/)
    await chmod(config, 0o644)
    assert.match((await start('sync', ['run', '--config', config]).ended).errors, /chmod 600/)
    const missing = await start('sync', ['run', '--config', newConfig()]).ended
    assert.deepEqual([missing.code, /Enrol the agent first/.test(missing.errors)], [1, true])
  })

  test('wrong options end with 2 and say how it is done', async () => {
    const { code, errors } = await start('import', ['run']).ended
    assert.equal(code, 2)
    assert.match(errors, /--config is missing[^]*Usage: import-agent enrol/)
  })
})
