// openapi/differences.json: the differences from the published descriptions that somebody has looked at, each with its reason. A pattern is
// a difference in which `*` stands for anything.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface ReviewedDifferences {
  readonly reason: string
  readonly differences: readonly string[]
}

const file = join(import.meta.dirname, '..', 'openapi', 'differences.json')

export async function readReviewedDifferences(): Promise<readonly ReviewedDifferences[]> {
  return JSON.parse(await readFile(file, 'utf8')) as readonly ReviewedDifferences[]
}

/** What is not reviewed, and what is reviewed and no difference any more. */
export function reviewFaults(
  differences: readonly string[],
  reviewed: readonly ReviewedDifferences[],
): readonly string[] {
  const patterns = reviewed.flatMap((group) => group.differences).map((text) => ({ text, matches: matcherOf(text) }))
  const unused = new Set(patterns.map(({ text }) => text))
  const unreviewed = differences.filter((difference) => {
    const matching = patterns.filter(({ matches }) => matches(difference))
    for (const { text } of matching) unused.delete(text)
    return matching.length === 0
  })
  return [
    ...unreviewed.map((difference) => `not reviewed: ${difference}`),
    ...[...unused].map((pattern) => `no difference any more: ${pattern}`),
  ]
}

function matcherOf(pattern: string): (difference: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  const form = new RegExp(`^${parts.join('.*')}$`)
  return (difference) => form.test(difference)
}
