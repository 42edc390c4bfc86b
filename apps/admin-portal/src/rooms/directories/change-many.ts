import { failureOf } from '@lockstep/ui/feedback/failure'

/** Someone about whom nothing was changed, and why. */
export interface Refused {
  readonly name: string
  readonly reason: string
}

interface Named {
  readonly id: string
  readonly name: string
}

/** So many calls at once: fast, and no burden on the hub. */
const atOnce = 4

/** Does one thing for each, a few at a time; one refusal does not stop the others. */
export async function changeMany(
  subjects: readonly Named[],
  change: (id: string) => Promise<unknown>,
): Promise<readonly Refused[]> {
  const refused: Refused[] = []
  const rest = [...subjects]
  const work = async (): Promise<void> => {
    for (let subject = rest.shift(); subject !== undefined; subject = rest.shift()) {
      try {
        await change(subject.id)
      } catch (error) {
        refused.push({ name: subject.name, reason: failureOf(error).detail })
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return refused
}
