import assert from 'node:assert/strict'
import { test } from 'node:test'

import { changeMembers } from './change-members.ts'
import { connectDirectory } from './directory-client.ts'
import { DirectoryError } from './directory-error.ts'
import { escapeFilterValue } from './escape.ts'
import { encodeFilter } from './filter.ts'
import { type FakeScript, startFakeDirectory } from './testing/fake-directory.ts'

/** A group that answers as Samba does: the permissive control is ignored, and one bad value refuses the whole change. */
function groupScript(members: Set<string>, isLocked: boolean): FakeScript {
  return (request, reply) => {
    if (request.type === 'search') {
      const found = [...members].some((member) =>
        encodeFilter(`(member=${escapeFilterValue(member)})`).equals(request.filter),
      )
      if (found) reply.entry('CN=g', {})
      return reply.result(0)
    }
    if (request.type !== 'modify') return
    const [change] = request.changes
    const values = change?.values.map(String) ?? []
    const isAdd = change?.operation === 'add'
    if (isLocked || values.some((value) => members.has(value) === isAdd)) return reply.result(isAdd ? 68 : 53)
    for (const value of values) {
      if (isAdd) members.add(value)
      else members.delete(value)
    }
    reply.result(0)
  }
}

async function change(
  members: Set<string>,
  isLocked: boolean,
  add: readonly string[],
  remove: readonly string[],
): Promise<void> {
  await using fake = await startFakeDirectory({ script: groupScript(members, isLocked) })
  await using client = await connectDirectory({
    url: fake.url,
    ca: fake.ca,
    bindDn: 'agent',
    password: 'secret',
    timeoutMs: 5000,
  })
  await changeMembers(client, 'CN=g', { add, remove })
}

test('members end up as asked whatever they were before', async () => {
  const members = new Set(['CN=a\\, b', 'CN=c'])
  await change(members, false, ['CN=1', 'CN=a\\, b', 'CN=2', 'CN=c', 'CN=3'], [])
  assert.deepEqual([...members].toSorted(), ['CN=1', 'CN=2', 'CN=3', 'CN=a\\, b', 'CN=c'])
  await change(members, false, [], ['CN=gone', 'CN=c', 'CN=gone too', 'CN=1'])
  assert.deepEqual([...members].toSorted(), ['CN=2', 'CN=3', 'CN=a\\, b'])
})

test('a refusal that is not about membership is an error', async () => {
  const refused = (error: unknown): boolean => error instanceof DirectoryError && error.kind === 'unwilling'
  await assert.rejects(change(new Set(['CN=a']), true, [], ['CN=a']), refused)
})
