// An authenticator app for tests (RFC 6238): the hub takes every code once, and one time step early or late.
import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const stepMs = 30_000

function codeAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

const stepNow = (): number => Math.floor(Date.now() / stepMs)

/** Shows codes and remembers which it showed. */
export class Authenticator {
  readonly #secret: Buffer
  #lastStep = 0

  constructor(key: string) {
    let bits = ''
    for (const letter of key.replaceAll(/\s/g, '')) bits += alphabet.indexOf(letter).toString(2).padStart(5, '0')
    this.#secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  }

  /** The code of the earliest step that still counts and was not shown; two are there at once, later ones come with time. */
  nextCode(): string {
    this.#lastStep = Math.max(this.#lastStep + 1, stepNow())
    return codeAt(this.#secret, this.#lastStep)
  }

  /** Like `nextCode`, but waits until the clock has come so far that the hub takes it. */
  async freshCode(): Promise<string> {
    const code = this.nextCode()
    while (this.#lastStep > stepNow() + 1) await pause(500)
    return code
  }

  /** Six digits that are no code of these minutes. */
  wrongCode(): string {
    const near = new Set([-2, -1, 0, 1, 2, 3].map((steps) => codeAt(this.#secret, stepNow() + steps)))
    return ['000000', '111111', '222222', '333333', '444444', '555555', '666666'].find((code) => !near.has(code)) ?? ''
  }
}
