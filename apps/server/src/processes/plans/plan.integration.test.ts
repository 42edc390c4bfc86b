import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import { testDatabase } from '../../../../../tests/database.ts'
import { systemActor } from '../../directory/access/access.rules.ts'
import { createJournalService } from '../../directory/journal/journal.service.ts'
import { createPlanService } from './plan.service.ts'

test('items are listed by name, namesakes each once, page by page', async () => {
  const { database, drop } = await testDatabase()
  try {
    const clock = systemClock
    const journal = createJournalService({ database, clock })
    const plans = createPlanService({ database, clock, journal, announce: () => undefined })
    const names = ['mona', 'Ben', 'anna', 'ben', 'Zoe', 'ben', 'carl']
    const items = names.map((subjectName) => ({
      kind: 'suspend' as const,
      ...{ subjectKind: 'user' as const, subjectId: newId(Date.now()), subjectName },
      ...{ reference: { key: '', guid: newId(Date.now()) }, reason: 'They left.', changes: {} },
    }))
    const source = { kind: 'directory', id: newId(Date.now()), name: 'corp.example' } as const
    await database.transaction((transaction) => plans.hold(transaction, source, items, 'Too many.'))
    const actor = systemActor('test')
    const [plan] = (await plans.list(actor, {})).items
    const listed: { id: string; subjectName: string }[] = []
    for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
      const page = await plans.listItems(actor, plan?.id ?? '', { limit: 2, ...(after === undefined ? {} : { after }) })
      assert.equal(page.total, names.length)
      listed.push(...page.items)
      after = page.next
    }
    assert.deepEqual(
      listed.map(({ subjectName }) => subjectName.toLowerCase()),
      names.map((name) => name.toLowerCase()).toSorted(),
    )
    assert.equal(new Set(listed.map(({ id }) => id)).size, names.length)
  } finally {
    await drop()
  }
})
