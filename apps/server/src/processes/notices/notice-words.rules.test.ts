import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noticeKinds } from '@lockstep/contract/hub/notice'
import { layOut } from './notice-layout.rules.ts'
import { mailHost, messageIdOf, preferencesOf } from './notice.rules.ts'
import { withCustomWords, wordsOf } from './notice-words.rules.ts'

const surroundings = { organization: 'Acme & Söhne', publicUrl: 'https://hub.example.com', recipientName: 'Zoë <b>' }
const values = {
  token: 'a+b/c',
  expires: '2026-11-22T05:10:00Z',
  source: 'corp.example',
  items: '1',
  domain: 'corp.example',
  agentKind: 'import',
  at: '2026-11-22T05:10:00Z',
  url: 'https://portal.example.com/activate?x=1&y=2',
}

test('every kind of mail has its words, complete sentences and nothing unfinished', () => {
  for (const kind of noticeKinds) {
    const { subject, text, html } = layOut(wordsOf(kind, values, surroundings), {
      organization: 'Acme',
      disclaimer: '',
    })
    assert.ok(subject.length > 5 && subject.length < 100, kind)
    assert.doesNotMatch(`${subject}${text}${html}`, /undefined|null|NaN|\{\{/, kind)
    assert.match(text, /You get this because/, kind)
  }
})

test('HTML holds what people wrote as text, and loads nothing', () => {
  const words = wordsOf('user_activation', values, surroundings)
  const { html } = layOut(words, { organization: surroundings.organization, disclaimer: '<img src=x>' })
  assert.match(html, /Acme &amp; Söhne/)
  assert.match(html, /Hello Zoë &lt;b&gt;,/)
  assert.match(html, /&lt;img src=x&gt;/)
  assert.doesNotMatch(html, /<(img|link|script|iframe|style)|url\(|@import/i)
  assert.match(html, /<html lang="en">/)
  assert.match(html, /href="https:\/\/portal\.example\.com\/activate\?x=1&amp;y=2&amp;token=a%2Bb%2Fc"/)
})

test('a button leads to web pages alone', () => {
  const words = { ...wordsOf('test', values, surroundings), button: { label: 'Go', url: 'javascript:alert(1)' } }
  assert.doesNotMatch(layOut(words, { organization: 'Acme', disclaimer: '' }).html, /javascript:/)
})

test('a subject is one line whatever its parts hold', () => {
  const words = wordsOf('plan_held', { ...values, source: 'a\r\nBcc: eve@example.com' }, surroundings)
  const { subject } = layOut(words, { organization: 'Acme', disclaimer: '' })
  assert.doesNotMatch(subject, /[\r\n]/)
})

test('tokens are encoded into links', () => {
  const { button } = wordsOf('administrator_password', values, surroundings)
  assert.equal(button?.url, 'https://hub.example.com/admin/password?token=a%2Bb%2Fc')
})

test('own words replace the hub’s, placeholders are filled once, and what is left out stays the hub’s', () => {
  const words = wordsOf('user_activation', values, surroundings)
  assert.equal(withCustomWords(words, undefined, {}), words)
  const custom = withCustomWords(
    words,
    { subject: 'Hi {{name}}', body: '{{name}} {{nobody}}' },
    { name: '{{email}}', email: 'x' },
  )
  assert.equal(custom.subject, 'Hi {{email}}')
  assert.deepEqual(custom.paragraphs, ['{{email}} {{nobody}}'])
  assert.deepEqual([custom.title, custom.button], [words.title, words.button])
  assert.equal(
    withCustomWords(words, { subject: 'constructor {{constructor}}' }, {}).subject,
    'constructor {{constructor}}',
  )
})

test('who chose nothing gets what needs somebody, and not the end of jobs', () => {
  assert.deepEqual(preferencesOf(undefined), {
    plan_held: true,
    integration_refused: true,
    domain_silent: true,
    domain_heard: true,
    bulk_job_ended: false,
  })
  assert.equal(preferencesOf({ plan_held: false, more: true }).plan_held, false)
})

test('Message-IDs name the hub’s host, and localhost where it is but an address', () => {
  assert.equal(messageIdOf('0a', 'https://hub.example.com:8443/x'), '0a@hub.example.com')
  assert.equal(mailHost('http://127.0.0.1:8080'), 'localhost')
  assert.equal(mailHost('http://[::1]:8080'), 'localhost')
})
