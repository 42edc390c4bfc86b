import {
  MailRoom,
  MailSettingsUpdate,
  Notice,
  NoticeListQuery,
  NoticePreferences,
  NoticePreferencesUpdate,
  TestMail,
} from '@lockstep/contract/hub/notice'
import { IdParams, pageOf } from '@lockstep/contract/hub/page'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { NoticeService } from '../../processes/notices/notice.service.ts'
import { originOf } from './change-origin.ts'
import { servicePage, servicePageQuery } from './service-page.ts'

const reading = { scheme: 'administrator', permission: 'settings.read' } as const
const writing = { scheme: 'administrator', permission: 'settings.write' } as const

/** The mail room: whether mails can be sent, what was sent, and who wants which. */
export function noticeRoutes(notices: NoticeService): readonly Route[] {
  return [...roomRoutes(notices), ...mailRoutes(notices), ...preferenceRoutes(notices)]
}

function roomRoutes(notices: NoticeService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/mail',
      summary: 'Read whether mails can be sent, how that goes, and its settings',
      access: reading,
      reply: { status: 200, schema: MailRoom },
      handle: async ({ actor }) => ({ body: await notices.room(actor) }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/hub/v1/mail',
      summary: 'Change the named settings of mails',
      access: writing,
      body: MailSettingsUpdate,
      reply: { status: 200, schema: MailRoom },
      handle: async (request) => ({ body: await notices.changeSettings(originOf(request), request.body) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/mail/test',
      summary: 'Send a test mail, to yourself unless another address is named',
      access: writing,
      body: TestMail,
      reply: { status: 202, schema: Notice },
      handle: async (request) => ({
        status: 202,
        body: await notices.sendTest(originOf(request), request.body.to),
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/administrators/:id/password-mail',
      summary: 'Mail an administrator the link with which they choose a password',
      access: { scheme: 'administrator', permission: 'administrators.write' },
      params: IdParams,
      reply: { status: 202 },
      async handle(request) {
        await notices.mailPasswordLink(originOf(request), request.params.id)
        return { status: 202 }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/users/:id/password-mail',
      summary:
        'Mail a user the link with which they choose a password: the welcome mail to who has none, a link to others',
      access: { scheme: 'administrator', permission: 'users.write' },
      params: IdParams,
      reply: { status: 202 },
      async handle(request) {
        await notices.mailUserPassword(originOf(request), request.params.id)
        return { status: 202 }
      },
    }),
  ]
}

function mailRoutes(notices: NoticeService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/notices',
      summary: 'List the mails of the last 30 days, newest first, without what they say',
      access: reading,
      query: NoticeListQuery,
      reply: { status: 200, schema: pageOf(Notice) },
      handle: async ({ actor, query }) => ({ body: servicePage(await notices.list(actor, servicePageQuery(query))) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/notices/:id',
      summary: 'Read how a mail goes',
      access: reading,
      params: IdParams,
      reply: { status: 200, schema: Notice },
      handle: async ({ actor, params }) => ({ body: await notices.get(actor, params.id) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/notices/:id/retry',
      summary: 'Try a mail that waits or was given up at once',
      access: writing,
      params: IdParams,
      reply: { status: 202, schema: Notice },
      handle: async (request) => ({ status: 202, body: await notices.retry(originOf(request), request.params.id) }),
    }),
  ]
}

function preferenceRoutes(notices: NoticeService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/notice-preferences',
      summary: 'Read which mails you want',
      access: { scheme: 'administrator' },
      reply: { status: 200, schema: NoticePreferences },
      handle: async ({ actor }) => ({ body: await notices.preferences(actor) }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/hub/v1/notice-preferences',
      summary: 'Choose which mails you want',
      access: { scheme: 'administrator' },
      body: NoticePreferencesUpdate,
      reply: { status: 200, schema: NoticePreferences },
      handle: async (request) => ({ body: await notices.choosePreferences(originOf(request), request.body) }),
    }),
  ]
}
