/*
 * One LDAP connection, over TLS or a socket of this machine, for one role. Many requests may be in flight; answers are matched by message id.
 *
 *   open ──(socket ends, bad bytes, notice of disconnection)──> lost
 *   open ──close()──> closed
 *
 * Lost and closed are final: every waiting and every later request rejects with a `connection` error, and the owner
 * connects anew. Connecting again by itself would have to keep the password, and forgetting the bind would continue as
 * an anonymous user. A request that is not answered in time is abandoned alone; the others go on.
 */
import type { Socket } from 'node:net'

import { assert } from '@lockstep/kernel/assert'

import { DirectoryError, errorOfResult } from './directory-error.ts'
import type { Control, LdapResult } from './ldap-result.ts'
import { MessageFramer } from './message-framer.ts'
import { openReply, readResult, type Reply, replyTags } from './reply.ts'
import { abandonRequest, encodeMessage, unbindRequest } from './request.ts'
import { SearchStream } from './search-stream.ts'

interface PendingRequest {
  readonly operation: string
  readonly stream: SearchStream | undefined
  readonly finish: (result: LdapResult) => void
  readonly fail: (error: DirectoryError) => void
  readonly timer: NodeJS.Timeout
}

/** A request to send; `operation` completes "could not …" in errors. */
export interface OutgoingRequest {
  readonly operation: string
  readonly body: Buffer
  readonly controls?: readonly Control[]
  /** Instead of the connection's own limit. */
  readonly timeoutMs?: number
}

const messageIdLimit = 0x7fffffff
const closeLimitMs = 1000

/** One connection; every failure is a DirectoryError, and once the connection is gone it stays gone. */
export class Connection {
  readonly #socket: Socket
  readonly #requestTimeoutMs: number
  readonly #pending = new Map<number, PendingRequest>()
  readonly #framer: MessageFramer
  readonly #closed: Promise<void>
  #lastMessageId = 0
  #ended: DirectoryError | undefined

  /** Takes over a connected socket; a request without any answer for `requestTimeoutMs` fails with `timeout`. */
  constructor(socket: Socket, requestTimeoutMs: number) {
    this.#socket = socket
    this.#requestTimeoutMs = requestTimeoutMs
    this.#framer = new MessageFramer((message) => this.#receive(message))
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()))
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 60_000)
    socket.on('data', (chunk: Buffer) => this.#onBytes(chunk))
    socket.on('error', (cause) => this.#lose(cause))
    socket.on('end', () => this.#lose(undefined))
    socket.on('close', () => this.#lose(undefined))
  }

  /** Whether requests can still be made. */
  get isOpen(): boolean {
    return this.#ended === undefined
  }

  /** Sends a request that has one answer; rejects with a DirectoryError unless the server reports success. */
  request(outgoing: OutgoingRequest): Promise<LdapResult> {
    return new Promise((resolve, reject) => {
      const finish = (result: LdapResult): void =>
        result.resultCode === 0 ? resolve(result) : reject(errorOfResult(outgoing.operation, result))
      this.#send(outgoing, { stream: undefined, finish, fail: reject })
    })
  }

  /** Starts a search; the stream must be read to its result or abandoned. */
  search(outgoing: OutgoingRequest, batchSize: number): SearchStream {
    let messageId = 0
    const stream: SearchStream = new SearchStream({
      batchSize,
      onTaken: () => this.#resume(),
      onAbandon: () => this.#abandon(messageId, new DirectoryError({ kind: 'other', operation: outgoing.operation })),
      onMalformed: (cause) => this.#lose(cause),
    })
    messageId = this.#send(outgoing, {
      stream,
      finish: (result) => stream.finish(result),
      fail: (error) => stream.fail(error),
    })
    return stream
  }

  /** Says goodbye, fails what is still waiting, and resolves when the socket is gone; nothing stays behind. Safe to repeat. */
  async close(): Promise<void> {
    if (this.#ended === undefined) {
      this.#end(new DirectoryError({ kind: 'connection', operation: 'use a connection that was closed' }))
      this.#socket.resume()
      this.#socket.end(encodeMessage(this.#nextMessageId(), unbindRequest()))
      const limit = setTimeout(() => this.#socket.destroy(), closeLimitMs)
      await this.#closed
      clearTimeout(limit)
    }
    await this.#closed
  }

  #send(outgoing: OutgoingRequest, request: Pick<PendingRequest, 'stream' | 'finish' | 'fail'>): number {
    if (this.#ended !== undefined) {
      request.fail(this.#ended)
      return 0
    }
    const messageId = this.#nextMessageId()
    const timer = setTimeout(() => this.#onSilence(messageId), outgoing.timeoutMs ?? this.#requestTimeoutMs)
    this.#pending.set(messageId, { ...request, operation: outgoing.operation, timer })
    this.#socket.write(encodeMessage(messageId, outgoing.body, outgoing.controls))
    // Whoever reads a stream may wait for this answer before taking more of the stream: the socket must not rest now.
    this.#resume()
    return messageId
  }

  #nextMessageId(): number {
    assert(this.#pending.size < 10_000, 'fewer than 10,000 requests are in flight on one connection')
    do {
      this.#lastMessageId = this.#lastMessageId === messageIdLimit ? 1 : this.#lastMessageId + 1
    } while (this.#pending.has(this.#lastMessageId))
    return this.#lastMessageId
  }

  #onBytes(chunk: Buffer): void {
    if (this.#ended !== undefined) return
    try {
      this.#framer.push(chunk)
    } catch (error) {
      this.#lose(error)
      return
    }
    if (this.#pending.size !== 1) return
    for (const { stream } of this.#pending.values()) if (stream?.isFull === true) this.#socket.pause()
  }

  #receive(message: Buffer): void {
    const reply = openReply(message)
    if (reply.messageId === 0) {
      // Only the notice of disconnection is sent without a request (RFC 4511 section 4.4.1).
      const result = reply.tag === replyTags.extended ? readResult(reply.cursor) : undefined
      const operation = 'keep the connection'
      this.#lose(result === undefined ? undefined : errorOfResult(operation, result))
      return
    }
    const request = this.#pending.get(reply.messageId)
    // Answers to abandoned requests may still come.
    if (request !== undefined) this.#dispatch(request, reply, message.length)
  }

  #dispatch(request: PendingRequest, { messageId, tag, cursor }: Reply, sizeBytes: number): void {
    if (tag === replyTags.searchEntry && request.stream !== undefined) {
      request.timer.refresh()
      request.stream.push(cursor, sizeBytes)
    } else if (tag === replyTags.searchReference || tag === replyTags.intermediate) {
      // References lead to other naming contexts and intermediate answers belong to extensions that are never asked for.
      request.timer.refresh()
    } else if (isFinal(tag)) {
      this.#forget(messageId, request)
      request.finish(readResult(cursor))
    } else {
      this.#forget(messageId, request)
      request.fail(new DirectoryError({ kind: 'protocol', operation: request.operation }))
    }
  }

  #onSilence(messageId: number): void {
    const request = this.#pending.get(messageId)
    if (request === undefined) return
    if (request.stream?.isWaitingForReader === true) {
      request.timer.refresh()
      return
    }
    this.#abandon(messageId, new DirectoryError({ kind: 'timeout', operation: request.operation }))
  }

  #abandon(messageId: number, error: DirectoryError): void {
    const request = this.#pending.get(messageId)
    if (request === undefined) return
    this.#forget(messageId, request)
    this.#socket.write(encodeMessage(this.#nextMessageId(), abandonRequest(messageId)))
    this.#resume()
    request.fail(error)
  }

  #forget(messageId: number, request: PendingRequest): void {
    clearTimeout(request.timer)
    this.#pending.delete(messageId)
  }

  #resume(): void {
    if (this.#ended === undefined && this.#socket.isPaused()) this.#socket.resume()
  }

  #lose(cause: unknown): DirectoryError {
    if (this.#ended !== undefined) return this.#ended
    const error = new DirectoryError({ kind: 'connection', operation: 'keep the connection', cause })
    this.#end(error)
    this.#socket.destroy()
    return error
  }

  #end(error: DirectoryError): void {
    this.#ended = error
    for (const [messageId, request] of this.#pending) {
      this.#forget(messageId, request)
      request.fail(error)
    }
  }
}

// Answers of bind, search, modify, add, delete, rename, compare and extended operations, which all begin with a result.
const finalTags: ReadonlySet<number> = new Set([
  0x61,
  replyTags.searchDone,
  0x67,
  0x69,
  0x6b,
  0x6d,
  0x6f,
  replyTags.extended,
])

function isFinal(tag: number): boolean {
  return finalTags.has(tag)
}
