import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from './metrics.ts'

test('declared metrics are printed with their labels and values', async () => {
  const metrics = createMetrics({ isBare: true })
  metrics.counter({ name: 'writes_total', help: 'Writes.', labels: ['kind'] }).add({ kind: 'user' }, 3)
  metrics.gauge({ name: 'waiting', help: 'Waiting.', read: () => 7 })
  metrics.histogram({ name: 'wait_seconds', help: 'Waits.', buckets: [1, 2] }).observe({}, 1.5)
  const { contentType, text } = await metrics.print()
  assert.match(contentType, /^text\/plain/)
  assert.match(text, /^writes_total\{kind="user"\} 3$/m)
  assert.match(text, /^waiting 7$/m)
  assert.match(text, /^wait_seconds_bucket\{le="1"\} 0$/m)
  assert.match(text, /^wait_seconds_bucket\{le="2"\} 1$/m)
})

test('a registry brings the metrics of the process and shares nothing with another', async () => {
  const first = createMetrics()
  const second = createMetrics()
  first.counter({ name: 'same_total', help: 'Same.' }).add({})
  second.counter({ name: 'same_total', help: 'Same.' })
  assert.match((await first.print()).text, /^process_cpu_seconds_total /m)
  assert.match((await second.print()).text, /^same_total 0$/m)
})
