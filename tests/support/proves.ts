import { test } from 'node:test'

/** A test that proves requirements, whose numbers stand in its name. */
export function proves(numbers: readonly string[], name: string, work: () => Promise<void>): void {
  void test(`${numbers.join(' ')}: ${name}`, work)
}
