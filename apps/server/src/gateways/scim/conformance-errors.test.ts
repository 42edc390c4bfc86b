import assert from 'node:assert/strict'
import { AppError } from '@lockstep/contract/app-error'
import { renderScimError } from './scim-error.ts'
import { proves } from '../../../../../tests/support/proves.ts'

proves(['A11'], 'whoever asks too much is told when to come back', async () => {
  const { status, headers, text } = renderScimError(new AppError('throttled', { retryAfterSeconds: 7 }))
  assert.deepEqual([status, headers?.['retry-after'], text?.contentType], [429, '7', 'application/scim+json'])
  assert.equal((JSON.parse(text?.content ?? '') as { status: string }).status, '429')
})
