import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { freePort } from '../../../../../tests/hub.ts'
import { type MailServer, type MailServerOptions, startMailServer } from '../../../../../tests/mail-server.ts'
import { createMailSender, type MailMessage, type MailSender } from './mail-sender.ts'
import { parseSmtpUrl } from './smtp-url.ts'

let certificate: { readonly key: string; readonly cert: string }
const opened: (() => Promise<void> | void)[] = []

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-mail-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const made = spawnSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert])
  assert.equal(made.status, 0, made.stderr.toString())
  certificate = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') }
  await rm(folder, { recursive: true })
})
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})
after(() => assert.equal(opened.length, 0))

async function server(options?: MailServerOptions): Promise<MailServer> {
  const started = await startMailServer(options)
  opened.push(() => started.stop())
  return started
}

function senderFor(url: string, more: { readonly ca?: string; readonly timeoutMs?: number } = {}): MailSender {
  const parsed = parseSmtpUrl(url)
  assert.ok(!('fault' in parsed))
  const sender = createMailSender({ server: parsed, ...more })
  opened.push(() => sender.close())
  return sender
}

const token = 'ls-password-canary'
const mail: MailMessage = {
  messageId: 'one@hub.example',
  date: new Date('2026-01-05T09:00:00Z'),
  from: { name: 'Müller & Söhne, „Nord“', address: 'hub@example.com' },
  to: { name: 'Zoë Ångström 山田', address: 'zoe@example.com' },
  replyTo: { name: 'IT', address: 'it@example.com' },
  subject: 'Grüße — 你好 und ein ziemlich langer Betreff, der über eine Zeile hinausgeht, damit er gefaltet wird',
  text: `Hallo Zoë,\n\nhttps://hub.example/admin/password?token=${token}\n.\nEnde\n`,
  html: '<!doctype html><p>Hallo Zoë</p>',
  secrets: [token],
}

test('a mail arrives as it was written, with names of every script, in text and HTML', async () => {
  const { url, taken } = await server()
  assert.equal(await senderFor(url).send(mail), undefined)
  const [got] = taken
  assert.deepEqual(got?.recipients, ['zoe@example.com'])
  assert.equal(got.messageId, '<one@hub.example>')
  assert.equal(got.subject, mail.subject)
  assert.match(got.to, /Zoë Ångström 山田.*<zoe@example\.com>/)
  assert.match(got.from, /Müller & Söhne, „Nord“.*<hub@example\.com>/)
  assert.equal(got.text.trim(), mail.text.trim())
  assert.equal(got.html.trim(), mail.html)
  assert.equal(Date.parse(got.date), mail.date.getTime())
  assert.equal(got.headers.get('auto-submitted'), 'auto-generated')
  assert.doesNotMatch(got.raw.split('\r\n\r\n')[0] ?? '', /[^\x20-\x7e\r\n\t]/)
})

test('names that hold line breaks and brackets add neither a header nor a recipient', async () => {
  const { url, taken } = await server()
  const name = 'Eve\r\nBcc: eve@example.net\r\n\r\n<eve@example.net>, "x"'
  const hostile = { ...mail, from: { ...mail.from, name }, to: { ...mail.to, name }, subject: name }
  assert.equal(await senderFor(url).send(hostile), undefined)
  assert.deepEqual(taken[0]?.recipients, ['zoe@example.com'])
  assert.equal(taken[0].headers.get('bcc'), undefined)
  assert.equal(taken[0].text.trim(), mail.text.trim())
})

test('mails that follow each other share a connection', async () => {
  const { url, taken, connections } = await server()
  const sender = senderFor(url)
  for (let number = 0; number < 5; number += 1) assert.equal(await sender.send(mail), undefined)
  assert.deepEqual([taken.length, connections()], [5, 1])
})

test('a refusal for good, one for now and trouble with the server are told apart, without recipient and link', async () => {
  const { url, manners, taken } = await server()
  const sender = senderFor(url)
  manners.push({ recipient: '550 5.1.1 <ZOE@example.com>: user unknown' })
  assert.deepEqual(await sender.send(mail), {
    kind: 'permanent',
    reason: '550 5.1.1 <[recipient]>: user unknown',
  })
  manners.push({ recipient: '450 4.2.1 try later' })
  assert.deepEqual(await sender.send(mail), { kind: 'temporary', reason: '450 4.2.1 try later' })
  manners.push({ content: `554 blocked: https://hub.example/?token=${token} and ${token}` })
  assert.deepEqual(await sender.send(mail), {
    kind: 'permanent',
    reason: '554 blocked: [link] and [recipient]',
  })
  manners.push({ content: '452 4.3.1 disk full' })
  assert.equal((await sender.send(mail))?.kind, 'temporary')
  manners.push({ recipient: '530 5.7.0 Authentication required' })
  assert.equal((await sender.send(mail))?.kind, 'server')
  assert.equal(taken.length, 0)
  assert.equal(await sender.send(mail), undefined)
})

test('a server that goes away in the middle of a mail is trouble with the server, and the next mail goes through', async () => {
  const { url, manners, taken } = await server()
  const sender = senderFor(url)
  manners.push({ dropsContent: true })
  assert.equal((await sender.send(mail))?.kind, 'server')
  assert.equal(await sender.send(mail), undefined)
  assert.equal(taken.length, 1)
})

test('a server that hangs is given up after the time limit', async () => {
  const { url, manners } = await server()
  manners.push({ hangs: () => undefined })
  assert.equal((await senderFor(url, { timeoutMs: 300 }).send(mail))?.kind, 'server')
})

test('nobody listening is trouble with the server', async () => {
  const failure = await senderFor(`smtp://127.0.0.1:${await freePort()}`).send(mail)
  assert.equal(failure?.kind, 'server')
  assert.match(failure.reason, /No connection to the mail server/)
})

test('a wrong password is trouble with the server, and the reason does not hold it', async () => {
  const { port } = await server({ tls: certificate, user: { name: 'hub', password: 'right' } })
  const url = `smtp://hub:wrong-canary@127.0.0.1:${port}?tls=required`
  const failure = await senderFor(url, { ca: certificate.cert }).send(mail)
  assert.equal(failure?.kind, 'server')
  assert.match(failure.reason, /does not accept the user and password/)
  assert.doesNotMatch(failure.reason, /wrong-canary|d3JvbmctY2FuYXJ5/)
})

test('a server that wants STARTTLS gets it, and the mail arrives encrypted', async () => {
  const { url, taken } = await server({ tls: certificate, user: { name: 'hub', password: 'right' } })
  assert.equal(await senderFor(`${url}?tls=required`, { ca: certificate.cert }).send(mail), undefined)
  assert.equal(taken[0]?.isEncrypted, true)
})

test('TLS from the first byte works', async () => {
  const { url, taken } = await server({ tls: { ...certificate, implicit: true } })
  assert.equal(await senderFor(url, { ca: certificate.cert }).send(mail), undefined)
  assert.equal(taken[0]?.isEncrypted, true)
})

test('a server that cannot encrypt, or shows a certificate of nobody, gets no mail where encryption is required', async () => {
  const plain = await server()
  assert.equal((await senderFor(`${plain.url}?tls=required`).send(mail))?.kind, 'server')
  const unknown = await server({ tls: certificate })
  assert.equal((await senderFor(`${unknown.url}?tls=required`).send(mail))?.kind, 'server')
  const implicit = await server({ tls: { ...certificate, implicit: true } })
  assert.equal((await senderFor(implicit.url).send(mail))?.kind, 'server')
  assert.equal(plain.taken.length + unknown.taken.length + implicit.taken.length, 0)
  // Said to be optional, it is used as it is.
  assert.equal(await senderFor(`${unknown.url}?tls=optional`).send(mail), undefined)
  assert.equal(unknown.taken[0]?.isEncrypted, true)
})

test('a sending that is aborted while the server thinks ends at once, and says so', async () => {
  const { url, manners } = await server()
  const stop = new AbortController()
  manners.push({ hangs: () => stop.abort() })
  assert.notEqual(await senderFor(url).send(mail, stop.signal), undefined)
})
