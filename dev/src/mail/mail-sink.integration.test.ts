import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { type MailSink, startMailSink } from './mail-sink.ts'

let sink: MailSink
before(async () => {
  sink = await startMailSink()
})
after(() => sink.close())

/** Hands a mail over as a mail server would, a command at a time. */
async function handOver(content: string): Promise<void> {
  const socket = connect(Number(new URL(sink.smtpUrl).port), '127.0.0.1')
  const lines = [
    'EHLO test',
    'MAIL FROM:<hub@example.com>',
    'RCPT TO:<zoe@example.com>',
    'DATA',
    `${content}\r\n.`,
    'QUIT',
  ]
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.on('data', (reply) => {
      // A reply of several lines ends with the one that has a blank behind its code.
      if (!/^\d{3} [^\r\n]*\r\n$/m.test(reply.toString())) return
      const line = lines.shift()
      if (line !== undefined) socket.write(`${line}\r\n`)
    })
  })
}

const page = async (path: string) => {
  const reply = await fetch(`${sink.url}${path}`)
  return { status: reply.status, text: await reply.text(), policy: reply.headers.get('content-security-policy') ?? '' }
}

test('what is handed over is shown on the page, as text and drawn, and runs nothing', async () => {
  assert.match((await page('/')).text, /No mail yet/)
  const parts = [
    'From: =?UTF-8?Q?M=C3=BCller?= <hub@example.com>',
    'To: zoe@example.com',
    'Subject: =?UTF-8?B?R3LDvMOfZQ==?= <script>',
    'Content-Type: multipart/alternative; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Hallo Zo=C3=AB, https://hub.example/=\r\npassword?a=3D1&b=3D2',
    '--b',
    'Content-Type: text/html; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from('<p>Hallo Zoë</p><script>alert(1)</script>').toString('base64'),
    '--b--',
  ]
  await handOver(parts.join('\r\n'))
  const [mail] = sink.mails()
  assert.deepEqual(
    [mail?.subject, mail?.from, mail?.recipients],
    ['Grüße <script>', 'Müller <hub@example.com>', ['zoe@example.com']],
  )
  assert.equal(mail?.text.trim(), 'Hallo Zoë, https://hub.example/password?a=1&b=2')
  const list = await page('/')
  assert.match(list.text, /<a href="\/mails\/1">Grüße &lt;script&gt;<\/a>/)
  assert.match((await page('/mails/1')).text, /<a href="https:\/\/hub\.example\/password\?a=1&amp;b=2">/)
  const drawn = await page('/mails/1/html')
  assert.match(drawn.text, /<p>Hallo Zoë<\/p>/)
  assert.match(drawn.policy, /default-src 'none'/)
  assert.equal((await page('/mails/2')).status, 404)
  const told = JSON.parse((await page('/mails.json')).text) as readonly { readonly subject: string }[]
  assert.deepEqual(
    told.map(({ subject }) => subject),
    ['Grüße <script>'],
  )
})
