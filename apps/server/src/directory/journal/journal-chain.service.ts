// The hash chain over the journal. A sealer takes rows in (transaction, sequence) order below the snapshot's horizon and writes them
// as blocks: the digests of the rows and a hash that covers the block before. Writers never wait for it. Each block is signed with a
// key of the vault, so that somebody who can write to the database cannot compute the chain anew. Verification reads all of it again.
import type { JournalVerification } from '@lockstep/contract/hub/journal'
import type { Database } from '../../platform/db/database.ts'
import { blockHash, chainStart, rowDigest } from './journal.rules.ts'
import * as store from './journal.store.ts'

/** A block is computed in one go; five times as many rows were 40 ms in which no request was answered. */
const rowsPerBlock = 200
const blocksPerRead = 20
const digestBytes = 32
const faultLimit = 20

/** Signs a block's hash; `verify` tells whether a signature was made by this hub. */
export interface ChainSigner {
  sign(hash: Buffer): Promise<Buffer>
  verify(hash: Buffer, signature: Buffer): Promise<boolean>
}

export interface JournalChain {
  /** Seals what is there, block by block; answers how many rows. Only one process may seal at a time. */
  seal(): Promise<number>
  verify(): Promise<JournalVerification>
}

export function createJournalChain({ database, signer }: { database: Database; signer: ChainSigner }): JournalChain {
  return {
    async seal() {
      let sealed = 0
      for (;;) {
        const rows = await sealBlock(database, signer)
        sealed += rows
        if (rows < rowsPerBlock) return sealed
      }
    },
    verify: () => verifyChain(database, signer),
  }
}

async function sealBlock(database: Database, signer: ChainSigner): Promise<number> {
  const before = await store.findLastBlock(database)
  const position = { xid: before?.lastXid ?? '0', seq: before?.lastSeq ?? 0 }
  const rows = await store.listForSealing(database, position, rowsPerBlock)
  const first = rows[0]
  const last = rows.at(-1)
  if (first === undefined || last === undefined) return 0
  const digests = rows.map(rowDigest)
  const hash = blockHash(before?.hash ?? chainStart, digests)
  await store.insertBlock(database, {
    position: (before?.position ?? 0) + 1,
    firstAt: first.at,
    lastAt: last.at,
    lastXid: last.xid,
    lastSeq: last.seq,
    seqs: rows.map((row) => row.seq),
    digests: Buffer.concat(digests),
    hash,
    signature: await signer.sign(hash),
  })
  return rows.length
}

type Fault = JournalVerification['faults'][number]

async function verifyChain(database: Database, signer: ChainSigner): Promise<JournalVerification> {
  const faults: Fault[] = []
  let rowsChecked = 0
  let hash: Buffer = chainStart
  let end = { position: 0, xid: '0', seq: 0 }
  for (;;) {
    const blocks = await store.listBlocks(database, end.position, blocksPerRead)
    for (const block of blocks) {
      if (block.position !== end.position + 1)
        faults.push({ block: block.position, text: `Blocks ${end.position + 1} to ${block.position - 1} are missing.` })
      faults.push(...(await verifyBlock(database, block)))
      const expected = blockHash(hash, splitDigests(block.digests))
      if (!expected.equals(block.hash))
        faults.push({ block: block.position, text: 'The block does not continue the chain before it.' })
      if (!(await signer.verify(block.hash, block.signature)))
        faults.push({ block: block.position, text: 'The block was not signed by this hub.' })
      rowsChecked += block.seqs.length
      hash = block.hash
      end = { position: block.position, xid: block.lastXid, seq: block.lastSeq }
    }
    if (blocks.length < blocksPerRead) break
  }
  const present = await store.countSealedRows(database, end)
  if (present > rowsChecked)
    faults.push({ text: `${present - rowsChecked} rows were added below the end of the chain after it was sealed.` })
  const rowsUnsealed = await store.countUnsealed(database, end)
  return {
    ok: faults.length === 0,
    rowsChecked,
    blocksChecked: end.position,
    rowsUnsealed,
    faults: faults.slice(0, faultLimit),
  }
}

async function verifyBlock(database: Database, block: store.Block): Promise<Fault[]> {
  const rows = new Map((await store.listBySeqs(database, block)).map((row) => [row.seq, row]))
  const digests = splitDigests(block.digests)
  return block.seqs.flatMap((seq, index): Fault[] => {
    const row = rows.get(seq)
    if (row === undefined) return [{ seq, block: block.position, text: `Row ${seq} was removed.` }]
    const expected = digests[index]
    return expected !== undefined && rowDigest(row).equals(expected)
      ? []
      : [{ seq, block: block.position, text: `Row ${seq} was changed after it was sealed.` }]
  })
}

function splitDigests(joined: Buffer): Buffer[] {
  return Array.from({ length: joined.length / digestBytes }, (_, index) =>
    joined.subarray(index * digestBytes, (index + 1) * digestBytes),
  )
}
