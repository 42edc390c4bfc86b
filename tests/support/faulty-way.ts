// A port that leads to another one, and the faults that a network between two programs can have.
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net'

/** Which of the two directions something is about. */
type Direction = 'requests' | 'answers'

/** A way between two programs. */
export interface FaultyWay {
  /** On 127.0.0.1. */
  readonly port: number
  /** Ends every connection. */
  cut(): void
  /** Ends every connection and accepts none until `open`. */
  close(): Promise<void>
  open(): Promise<void>
  /** Lets nothing through, without ending anything, until `release`. */
  hold(): void
  release(): void
  /** Lets one piece through in so many milliseconds; 0 is as fast as it goes. */
  slow(delayMs: number): void
  /**
   * Lets so many octets more of one direction through and then ends the connection that they came by; resolves when it did. Pieces below
   * `leastPiece` octets pass and do not count, so that the cut comes within a long answer.
   */
  cutWithin(direction: Direction, octets: number, leastPiece?: number): Promise<void>
  /** Takes a `cutWithin` back that did not happen yet. */
  spare(): void
}

interface Trap {
  readonly direction: Direction
  left: number
  readonly leastPiece: number
  readonly sprung: () => void
}

interface State {
  readonly sockets: Set<Socket>
  isHeld: boolean
  delayMs: number
  trap: Trap | undefined
}

/** Opens a way to an address or a Unix socket. */
export async function openFaultyWay(target: NetConnectOpts): Promise<FaultyWay> {
  const state: State = { sockets: new Set(), isHeld: false, delayMs: 0, trap: undefined }
  const server = createServer((inward) => {
    const outward = connect(target)
    lead({ from: inward, to: outward, direction: 'requests', state })
    lead({ from: outward, to: inward, direction: 'answers', state })
  })
  const listen = (at: number): Promise<void> => new Promise((resolve) => server.listen(at, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const cut = (): void => {
    for (const socket of state.sockets) socket.destroy()
  }
  return {
    port,
    cut,
    async close() {
      if (!server.listening) return cut()
      const closed = new Promise((resolve) => server.close(resolve))
      cut()
      await closed
    },
    async open() {
      if (!server.listening) await listen(port)
    },
    hold() {
      state.isHeld = true
      for (const socket of state.sockets) socket.pause()
    },
    release() {
      state.isHeld = false
      for (const socket of state.sockets) socket.resume()
    },
    slow(delayMs) {
      state.delayMs = delayMs
    },
    cutWithin: (direction, octets, leastPiece = 0) =>
      new Promise((sprung) => {
        state.trap = { direction, left: octets, leastPiece, sprung }
      }),
    spare() {
      state.trap = undefined
    },
  }
}

interface Lane {
  readonly from: Socket
  readonly to: Socket
  readonly direction: Direction
  readonly state: State
}

function lead({ from, to, direction, state }: Lane): void {
  state.sockets.add(from)
  from.on('data', (piece) => {
    const { trap, delayMs } = state
    const isCounted = trap?.direction === direction && piece.length >= trap.leastPiece
    if (isCounted && trap.left < piece.length) {
      state.trap = undefined
      to.write(piece.subarray(0, trap.left), () => {
        from.destroy()
        trap.sprung()
      })
      from.pause()
      return
    }
    if (isCounted) trap.left -= piece.length
    const isTaken = to.write(piece)
    if (!isTaken || delayMs > 0) from.pause()
    if (delayMs > 0) setTimeout(() => goOn(from, state), delayMs).unref()
    else if (!isTaken) to.once('drain', () => goOn(from, state))
  })
  if (state.isHeld) from.pause()
  from.on('end', () => to.end())
  from.on('error', () => to.destroy())
  from.on('close', () => {
    state.sockets.delete(from)
    to.destroy()
  })
}

function goOn(socket: Socket, state: State): void {
  if (!state.isHeld) socket.resume()
}
