// The hub as a program, with a real mail server beside it.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { MailRoom, Notice } from '@lockstep/contract/hub/notice'
import type { Page } from '@lockstep/contract/hub/page'
import type { Administrator } from '@lockstep/contract/hub/session'
import { type Hub, startHub } from './hub.ts'
import { type MailServer, startMailServer } from './mail-server.ts'

let server: MailServer
let hub: Hub
const logs: string[] = []

before(async () => {
  server = await startMailServer({ user: { name: 'hub', password: 'smtp-password-canary' } })
  hub = await startHub({
    env: {
      SMTP_URL: `${server.url}?from=directory@example.com`,
      LOCKSTEP_PUBLIC_URL: 'https://hub.example.com',
      LOCKSTEP_LOG_LEVEL: 'debug',
    },
  })
})
after(async () => {
  await hub.stop()
  await server.stop()
})

async function call<Body>(method: string, path: string, body?: unknown) {
  const reply = await fetch(`${hub.url}${path}`, {
    method,
    headers: { 'x-api-key': hub.apiKey, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  return { status: reply.status, body: (text === '' ? undefined : JSON.parse(text)) as Body }
}

const tokenOf = (text: string): string => /password\?token=(\S+)/.exec(text)?.[1] ?? ''

test('an invitation whose hub is killed while it is handed over is sent by the next start, and its link works', async () => {
  const reached = Promise.withResolvers<void>()
  server.manners.push({ hangs: () => reached.resolve() })
  const { body: zoe } = await call<Administrator>('POST', '/hub/v1/administrators', {
    email: 'zoe@example.com',
    name: 'Zoë Ångström',
    role: 'manager',
  })
  await reached.promise
  logs.push(hub.log())
  await hub.kill()
  await hub.restart()
  const [mail] = await server.take(1)
  assert.deepEqual(mail?.recipients, ['zoe@example.com'])
  assert.match(mail.from, /directory@example\.com/)
  assert.match(mail.messageId, /^<[0-9a-f]{24}@hub\.example\.com>$/)
  const chosen = await call('POST', '/hub/v1/session/password', {
    token: tokenOf(mail.text),
    password: 'a battery of horses',
  })
  assert.equal(chosen.status, 204)
  const { body: list } = await call<{ items: readonly Administrator[] }>('GET', '/hub/v1/administrators')
  assert.equal(list.items.find(({ id }) => id === zoe.id)?.passwordMissing, false)
})

test('who forgot the password gets a link, and an address that nobody has gets nothing', async () => {
  for (const email of ['nobody@example.com', 'zoe@example.com'])
    assert.equal((await call('POST', '/api/users/resetPassword', { email })).status, 200)
  const mails = await server.take(2)
  assert.deepEqual(mails.at(-1)?.recipients, ['zoe@example.com'])
  assert.match(mails.at(-1)?.subject ?? '', /Choose a new password/)
})

test('an administrator sends a link by mail, and a test mail to themselves', async () => {
  const { body: administrators } = await call<{ items: readonly Administrator[] }>('GET', '/hub/v1/administrators')
  const zoe = administrators.items.find(({ email }) => email === 'zoe@example.com')
  assert.equal((await call('POST', `/hub/v1/administrators/${zoe?.id}/password-mail`)).status, 202)
  await server.take(3)
  const { status, body: queued } = await call<Notice>('POST', '/hub/v1/mail/test', {})
  assert.deepEqual([status, queued.kind, queued.recipient], [202, 'test', hub.administrator.email])
  const mails = await server.take(4)
  assert.deepEqual(mails.at(-1)?.recipients, [hub.administrator.email])
  // What became of it is noted after the server took it.
  let notice: Notice = queued
  while (notice.state !== 'sent') notice = (await call<Notice>('GET', `/hub/v1/notices/${queued.id}`)).body
  const { body: room } = await call<MailRoom>('GET', '/hub/v1/mail')
  assert.deepEqual(
    [room.isSetUp, room.sender, room.server, room.waiting, room.publicUrl],
    [true, 'directory@example.com', `127.0.0.1:${server.port}`, 0, 'https://hub.example.com'],
  )
  const { body: page } = await call<Page<Notice>>('GET', '/hub/v1/notices?state=sent&limit=2')
  assert.deepEqual([page.items.length, page.total], [2, 4])
  const { body: rest } = await call<Page<Notice>>('GET', `/hub/v1/notices?state=sent&limit=2&after=${page.next}`)
  assert.deepEqual([rest.items.length, rest.next], [2, undefined])
})

test('no token of a link, no word of a mail and no password of the mail server is in a file of the hub or its log', async () => {
  const canaries = [
    ...server.taken.map(({ text }) => tokenOf(text)).filter((token) => token !== ''),
    'smtp-password-canary',
  ]
  assert.equal(canaries.length, 4)
  logs.push(hub.log())
  for (const canary of canaries) assert.ok(!logs.join('\n').includes(canary))
  let files = 0
  for (const entry of await readdir(hub.dataFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const content = await readFile(join(entry.parentPath, entry.name), 'latin1').catch(() => '')
    files += content === '' ? 0 : 1
    for (const canary of [...canaries, 'An account as an administrator was made for you'])
      assert.ok(!content.includes(canary), entry.name)
  }
  assert.ok(files > 100, 'the database is among them')
})

test('a hub that is stopped lets the mail in hand come through, and does not send it again', async () => {
  const before = server.taken.length
  const slow = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  server.manners.push({
    waits: () => {
      reached.resolve()
      return slow.promise
    },
  })
  await call('POST', '/hub/v1/mail/test', {})
  await reached.promise
  const stopped = hub.halt()
  slow.resolve()
  await stopped
  await hub.restart()
  await call('POST', '/hub/v1/mail/test', {})
  const mails = await server.take(before + 2)
  assert.notEqual(mails.at(-1)?.messageId, mails.at(-2)?.messageId)
  assert.equal(mails.length, before + 2)
})
