import type { JournalChain } from '../../apps/server/src/directory/journal/journal-chain.service.ts'

/** Seals until so many rows are sealed: a transaction of any database of the server holds the feed back while it runs. */
export async function sealRows(chain: JournalChain, rows: number): Promise<number> {
  let sealed = 0
  while (sealed < rows) sealed += await chain.seal()
  return sealed
}
