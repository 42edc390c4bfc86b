import { setTimeout as pause } from 'node:timers/promises'

const limitMs = 60_000
const betweenMs = 20

/** Asks until the answer is the one that must come about; what never comes about fails with the last answer. */
export async function eventually<Answer>(
  ask: () => Promise<Answer>,
  isSo: (answer: Answer) => boolean,
): Promise<Answer> {
  const end = Date.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    if (Date.now() > end) throw new Error(`It did not come about; last: ${JSON.stringify(answer)}`)
    await pause(betweenMs)
  }
}
