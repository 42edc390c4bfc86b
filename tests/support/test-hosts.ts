// A second machine for agents: two network namespaces with a cable between them, so that a domain controller answers from an address that is not
// the agent's own, as it does on a member server. Streams leave the namespaces by sockets in the file system; nothing else does.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { runCommand } from '../../dev/src/samba/run-command.ts'

/** Debian packages that it takes. */
export const hostPackages: readonly string[] = ['iproute2', 'util-linux']

/** Addresses for documentation (RFC 5737), which lead nowhere else. */
const controllerAddress = '198.51.100.1'
const memberAddress = '198.51.100.2'
const lengthOfNet = 30
const ldapsPort = 636

interface Address {
  readonly host: string
  readonly port: number
}

export interface MemberServer extends AsyncDisposable {
  /** Where the domain controller answers the programs of this machine. */
  readonly ldapUrl: string
  /** Runs a program of ours on it to its end; answers what it printed. */
  run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string>
  /** Starts a program of ours on it. */
  start(args: readonly string[]): void
  /** Every byte that passed between its programs and the hub. */
  hubTraffic(): Buffer
}

/** Starts it; the hub answers there as it does here, at 127.0.0.1. */
export async function startMemberServer({
  folder,
  hubPort,
  controllerUrl,
}: {
  readonly folder: string
  readonly hubPort: number
  readonly controllerUrl: string
}): Promise<MemberServer> {
  const name = `lockstep-${randomBytes(3).toString('hex')}`
  const [member, other] = [`${name}-m`, `${name}-c`]
  const stack = new AsyncDisposableStack()
  const children: ChildProcess[] = []
  const within = (host: string, args: readonly string[]): readonly string[] => [
    ...['--pdeathsig', 'KILL', 'ip', 'netns', 'exec', host, process.execPath],
    ...args,
  ]
  const launch = (host: string, args: readonly string[]): ChildProcess => {
    const child = spawn('setpriv', within(host, args), { stdio: ['ignore', 'pipe', 'ignore'], env: {} })
    children.push(child)
    return child
  }
  try {
    for (const host of [member, other]) {
      await ip('netns', 'add', host)
      stack.defer(() => ip('netns', 'delete', host))
      await ip('-n', host, 'link', 'set', 'lo', 'up')
    }
    stack.defer(() => endAll(children))
    await ip('link', 'add', 'cable', 'netns', member, 'type', 'veth', 'peer', 'name', 'cable', 'netns', other)
    for (const [host, address] of [
      [member, memberAddress],
      [other, controllerAddress],
    ] as const) {
      await ip('-n', host, 'address', 'add', `${address}/${lengthOfNet}`, 'dev', 'cable')
      await ip('-n', host, 'link', 'set', 'cable', 'up')
    }
    const traffic: Buffer[] = []
    const relay = async (host: string, from: Address, to: Address, kept: Buffer[] = []): Promise<void> => {
      const socket = join(folder, `${host}.socket`)
      stack.use(await listen(socket, to, kept))
      const child = launch(host, ['--eval', relayProgram, from.host, String(from.port), socket])
      if (child.stdout) await once(child.stdout, 'data')
    }
    const controller = { host: new URL(controllerUrl).hostname, port: ldapsPort }
    const hub = { host: '127.0.0.1', port: hubPort }
    await relay(other, { host: controllerAddress, port: ldapsPort }, controller)
    await relay(member, hub, hub, traffic)
    const resources = stack.move()
    return {
      ldapUrl: `ldaps://${controllerAddress}:${ldapsPort}`,
      run: (args, environment) => runCommand('setpriv', within(member, args), { environment }),
      start: (args) => void launch(member, args).stdout?.resume(),
      hubTraffic: () => Buffer.concat(traffic),
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function ip(...args: readonly string[]): Promise<void> {
  await runCommand('ip', args)
}

/** Listens at an address of its namespace, and hands every stream to a socket in the file system. */
const relayProgram = `
  const { connect, createServer } = require('node:net')
  const [address, port, socket] = process.argv.slice(1)
  createServer((near) => {
    const far = connect(socket)
    for (const [from, to] of [[near, far], [far, near]]) from.on('error', () => to.destroy()).pipe(to)
  }).listen(Number(port), address, () => console.log('ready'))
`

/** The other end of such a socket, which hands the streams to an address of this machine and keeps what passes. */
async function listen(socket: string, { host, port }: Address, kept: Buffer[]): Promise<AsyncDisposable> {
  const streams = new Set<Socket>()
  const server = createServer((near) => {
    streams.add(near.once('close', () => streams.delete(near)))
    const far = connect(port, host)
    near.on('error', () => far.destroy()).pipe(far)
    far.on('error', () => near.destroy()).pipe(near)
    for (const stream of [near, far]) stream.on('data', (bytes: Buffer) => kept.push(bytes))
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const stream of streams) stream.destroy()
      await closed
    },
  }
}

async function endAll(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    }),
  )
}
