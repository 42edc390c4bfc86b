import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jumpCloudDocumentOf, jumpCloudRoutes, readJumpCloudDocument } from './jumpcloud-documents.ts'
import { documentedOperations } from '../apps/server/src/gateways/jumpcloud/outside-operations.ts'
import { compareWithReference } from './compare-reference.ts'
import { outsideOperations } from './outside-operations.ts'
import { readReviewedDifferences, reviewFaults } from './reviewed-differences.ts'
import { referenceVersions } from './reference.ts'

test('the committed documents of both versions are what the routes describe', async () => {
  for (const version of referenceVersions) {
    const advice = `openapi/jumpcloud-${version}.json is out of date; run: node scripts/print-openapi.ts`
    assert.deepEqual(await readJumpCloudDocument(version), await jumpCloudDocumentOf(version), advice)
  }
})

test('every route that answers something says what', () => {
  const silent = jumpCloudRoutes()
    .filter(({ path, reply }) => !path.includes('*') && (reply?.status ?? 200) !== 204 && reply?.schema === undefined)
    .map(({ method, path }) => `${method} ${path}`)
  assert.deepEqual(silent, [])
})

test('every difference from the published descriptions is reviewed, and nothing reviewed is gone', async () => {
  const documents = await Promise.all(referenceVersions.map((version) => jumpCloudDocumentOf(version)))
  const differences = referenceVersions.flatMap((version, index) =>
    compareWithReference(version, documents[index] ?? never()),
  )
  assert.deepEqual(reviewFaults(differences, await readReviewedDifferences()), [])
})

test('the table of documented operations is what the committed facts say', () => {
  assert.deepEqual(documentedOperations, outsideOperations(), 'run: node scripts/print-outside-operations.ts')
})

test('a difference that nobody reviewed is named, and so is a review of nothing', () => {
  const reviewed = [{ reason: 'Because.', differences: ['GET /a* | empty', 'GET /gone | added'] }]
  assert.deepEqual(reviewFaults(['GET /a/b | empty', 'GET /c | status | 200 instead of 201'], reviewed), [
    'not reviewed: GET /c | status | 200 instead of 201',
    'no difference any more: GET /gone | added',
  ])
})

function never(): never {
  throw new Error('there is a document a version')
}
