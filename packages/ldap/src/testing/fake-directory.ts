import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'

import { MessageFramer } from '../message-framer.ts'
import { type FakeReply, replyTo } from './fake-reply.ts'
import { type FakeRequest, readRequest } from './fake-request.ts'
import { testCertificate } from './test-certificate.ts'

/** Decides what is answered to a request; saying nothing leaves the client waiting. */
export type FakeScript = (request: FakeRequest, reply: FakeReply) => void

/** What a fake directory is made of. */
export interface FakeDirectoryOptions {
  /** Answers everything but successful and refused binds. */
  readonly script?: FakeScript
  /** Passwords by the name that may bind with them; `agent` with `secret` unless said. */
  readonly accounts?: Readonly<Record<string, string>>
  /** Takes over binds too. */
  readonly onBind?: FakeScript
}

/** A running LDAP server over TLS that does what its script says, and remembers what it was asked. */
export interface FakeDirectory extends AsyncDisposable {
  readonly url: string
  /** What a client passes to trust it. */
  readonly ca: string
  readonly servername: string
  /** Everything asked since the start, oldest first. */
  readonly requests: readonly FakeRequest[]
  /** Resolves with the next request of this type, or the first one already asked. */
  readonly requestOf: (type: FakeRequest['type']) => Promise<FakeRequest>
  readonly close: () => Promise<void>
}

/** Starts a fake directory on a free port of 127.0.0.1. */
export async function startFakeDirectory(options: FakeDirectoryOptions = {}): Promise<FakeDirectory> {
  const { key, cert } = await testCertificate()
  const requests: FakeRequest[] = []
  const waiting = new Set<{ readonly type: FakeRequest['type']; readonly resolve: (request: FakeRequest) => void }>()
  const sockets = new Set<TLSSocket>()
  const server = createServer({ key, cert }, (socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    const framer = new MessageFramer((message) => {
      const request = readRequest(message)
      requests.push(request)
      for (const waiter of waiting) {
        if (waiter.type !== request.type) continue
        waiting.delete(waiter)
        waiter.resolve(request)
      }
      answer(options, request, socket)
    })
    socket.on('data', (chunk: Buffer) => framer.push(chunk))
    // A client that goes away without a word is part of what is tested.
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  // So is one that refuses the certificate.
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    url: `ldaps://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: cert,
    servername: 'localhost',
    requests,
    requestOf: (type) => {
      const asked = requests.find((request) => request.type === type)
      return asked === undefined ? new Promise((resolve) => waiting.add({ type, resolve })) : Promise.resolve(asked)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function answer(options: FakeDirectoryOptions, request: FakeRequest, socket: TLSSocket): void {
  const reply = replyTo(socket, request.messageId, request.type)
  if (request.type === 'unbind') socket.end()
  else if (request.type === 'bind' && options.onBind === undefined) answerBind(options, request, reply)
  else if (request.type === 'bind') options.onBind?.(request, reply)
  else if (request.type !== 'abandon') options.script?.(request, reply)
}

function answerBind(options: FakeDirectoryOptions, request: FakeRequest & { type: 'bind' }, reply: FakeReply): void {
  const accounts = options.accounts ?? { agent: 'secret' }
  if (accounts[request.name] === request.password) return reply.result(0)
  const reason = 'comment: AcceptSecurityContext error, data 52e, v4563'
  reply.result(49, { diagnosticMessage: `80090308: LdapErr: DSID-0C090439, ${reason}` })
}
