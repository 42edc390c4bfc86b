// What real clients send, word for word, and what they are answered, word for word: the conversations of `tests/expected/wire`.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'
import { scimClient } from '../../../../../tests/support/scim-client.ts'
import {
  type Exchange,
  readTranscript,
  renderAnswer,
  sendRequest,
  writeTranscript,
} from '../../../../../tests/support/wire-transcript.ts'

let hub: HubInProcess
before(async () => {
  hub = await startHubInProcess({ background: false })
})
after(() => hub.stop())

/** The conversations with the settings that the portal gives such a client. */
const conversations = [
  ['entra', { profile: 'entra', usernameRule: 'before_at' }],
  ['entra-groups', { profile: 'entra', usernameRule: 'before_at' }],
  ['okta', { profile: 'okta', usernameRule: 'before_at' }],
  ['jumpcloud', { profile: 'jumpcloud' }],
  ['google', { profile: 'google', usernameRule: 'before_at' }],
  ['onelogin', { profile: 'onelogin', usernameRule: 'before_at' }],
] as const

const writes = process.env['LOCKSTEP_EXPECTED'] === 'write'

for (const [name, settings] of conversations) {
  const transcript = await readTranscript(name)
  describe(`as ${name} speaks`, () => {
    const names = new Map<string, string>()
    const answered: Exchange[] = []
    before(async () => {
      const { token, integrationId } = await scimClient(hub, settings)
      names.set('token', token)
      assert.equal((await hub.must('GET', `/hub/v1/scim-integrations/${integrationId}`)).profile, settings.profile)
    })
    after(() => (writes ? writeTranscript(name, answered) : undefined))

    for (const exchange of transcript.exchanges)
      test(exchange.heading, async () => {
        const answer = await sendRequest(hub.caller, transcript, exchange, names)
        if (exchange.keeps !== undefined) names.set(exchange.keeps, String(answer.body.id))
        const came = renderAnswer(answer, names)
        answered.push({ ...exchange, answer: came })
        // What is read below is laid out; on the wire nothing is.
        if (answer.text !== '') assert.equal(answer.text, JSON.stringify(answer.body))
        if (!writes) assert.equal(came, exchange.answer)
      })
  })
}
