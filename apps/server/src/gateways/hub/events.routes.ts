import type { ChangeEvent } from '@lockstep/contract/hub/journal'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { type ChangeFeed, type ChangeFeedOptions, createChangeFeed } from './change-feed.ts'

/** Server-sent events: one for each change, for pages that show what changes under their eyes. */
export function eventRoutes(options: ChangeFeedOptions): readonly Route[] {
  const feed = createChangeFeed(options)
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/events',
      summary: 'Follow the changes as text/event-stream; each datum is a change event',
      access: { scheme: 'administrator', permission: 'users.read' },
      reply: { status: 200 },
      async handle(request) {
        // Joined before the answer begins, so that a reader who fetches after it has begun misses nothing.
        const follower = await follow(feed, request.signal)
        return { stream: (write, signal) => follower.run(write, AbortSignal.any([signal, request.signal])) }
      },
    }),
  ]
}

interface Follower {
  run(write: (chunk: string) => void, signal: AbortSignal): Promise<void>
}

async function follow(feed: ChangeFeed, gone: AbortSignal): Promise<Follower> {
  const early: string[] = []
  let write = (chunk: string): void => void early.push(chunk)
  const leave = await feed.join({
    change: (event: ChangeEvent) => write(`data: ${JSON.stringify(event)}\n\n`),
    ping: () => write(': ping\n\n'),
  })
  whenAborted(gone, leave)
  return {
    run(send, signal) {
      write = send
      early.forEach(send)
      return new Promise((resolve) => whenAborted(signal, resolve))
    },
  }
}

function whenAborted(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act()
  else signal.addEventListener('abort', act, { once: true })
}
