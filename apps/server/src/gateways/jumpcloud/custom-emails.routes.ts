import { AppError } from '@lockstep/contract/app-error'
import Type, { type Static } from 'typebox'
import {
  type CustomEmailType,
  customEmailTypes,
  type EmailPart,
  emailParts,
  emailTemplates,
} from '../../directory/organization/custom-email.rules.ts'
import type { CustomEmailService } from '../../directory/organization/custom-email.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'

const reading = { scheme: 'administrator', permission: 'settings.read' } as const
const writing = { scheme: 'administrator', permission: 'settings.write' } as const
const Kind = Type.Unsafe<CustomEmailType>(Type.Union(customEmailTypes.map((type) => Type.Literal(type))))
const KindPath = Type.Object({ custom_email_type: Kind })
const Part = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const parts = { subject: Type.String(), title: Part, header: Part, body: Part, button: Part, nextStepContactInfo: Part }
const NewEmailBody = Type.Object({ type: Kind, ...parts })
const EmailBody = Type.Object({ type: Type.Optional(Type.Union([Type.Null(), Kind])), ...parts })
const path = '/api/v2/customemails'

type Email = Awaited<ReturnType<CustomEmailService['get']>>

const partNames: Readonly<Record<EmailPart, string>> = {
  subject: 'Subject',
  title: 'Title',
  header: 'Header',
  body: 'Body',
  button: 'Button',
  nextStepContactInfo: 'Contact for next steps',
}

/** The words of mails to users: the organization's own, and the templates with the hub's. */
export function customEmailRoutes(customEmails: CustomEmailService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/customemail/templates',
      summary: 'List the mails whose words can be chosen, with the hub’s own words',
      access: reading,
      handle: async () => ({ body: customEmailTypes.map(renderTemplate) }),
    }),
    defineRoute({
      method: 'POST',
      path,
      summary: 'Choose the words of a mail',
      access: writing,
      body: NewEmailBody,
      reply: { status: 201 },
      async handle(request) {
        const { type, ...words } = request.body
        return { status: 201, body: render(await customEmails.create(originOf(request), type, words)) }
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/:custom_email_type`,
      summary: 'Read the chosen words of a mail',
      access: reading,
      params: KindPath,
      handle: async ({ actor, params }) => ({ body: render(await customEmails.get(actor, params.custom_email_type)) }),
    }),
    defineRoute({
      method: 'PUT',
      path: `${path}/:custom_email_type`,
      summary: 'Replace the chosen words of a mail',
      access: writing,
      params: KindPath,
      body: EmailBody,
      async handle(request) {
        const type = request.params.custom_email_type
        return { body: render(await customEmails.change(originOf(request), type, wordsFor(type, request.body))) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/:custom_email_type`,
      summary: 'Go back to the hub’s own words of a mail',
      access: writing,
      params: KindPath,
      reply: { status: 204 },
      async handle(request) {
        await customEmails.remove(originOf(request), request.params.custom_email_type)
        return { status: 204 }
      },
    }),
  ]
}

function wordsFor(type: CustomEmailType, { type: named, ...words }: Static<typeof EmailBody>) {
  if (named !== undefined && named !== null && named !== type)
    throw new AppError('invalid_request', { field: 'type', detail: 'type: differs from the one in the path.' })
  return words
}

function render({ id, type, words }: Email) {
  return { id, type, ...words }
}

function renderTemplate(type: CustomEmailType) {
  const { name, description, words } = emailTemplates[type]
  return {
    type,
    displayName: name,
    description,
    messageType: 'email',
    fields: emailParts.map((part) => ({
      field: part,
      displayName: partNames[part],
      defaultValue: words[part] ?? '',
      multiline: part === 'body' || part === 'header',
    })),
  }
}
