// Preloaded into a program whose clock a test sets: the file that LOCKSTEP_TEST_CLOCK_FILE names has the milliseconds by which it is ahead.
import { readFileSync } from 'node:fs'

const file = process.env['LOCKSTEP_TEST_CLOCK_FILE'] ?? ''
const TrueDate = Date

const now = (): number => TrueDate.now() + Number(readFileSync(file, 'utf8'))

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, given, self) => Reflect.construct(target, given.length === 0 ? [now()] : given, self) as Date,
  get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
})
