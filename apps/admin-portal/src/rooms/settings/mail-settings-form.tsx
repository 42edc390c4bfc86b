import type { MailSettings, MailSettingsUpdate } from '@lockstep/contract/hub/notice'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { optionalEmailAddress } from '@lockstep/ui/form/form-rules'
import { type Form, useForm } from '@lockstep/ui/form/use-form'
import { Section } from '@lockstep/ui/section'
import { Switch, TextInput } from '@mantine/core'
import type { ReactElement } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { SaveBar } from '../../form/save-bar.tsx'
import { UnsavedGuard } from '../../form/unsaved-guard.tsx'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { daysOf, daysText, linkDays, noticeDays } from './notice-days.ts'

interface MailSettingsFormProps {
  readonly settings: MailSettings
  /** Whom mails come from while the form says nothing. */
  readonly sender: string
}

/** Whom mails come from, and what users are told. */
export function MailSettingsForm({ settings, sender }: MailSettingsFormProps): ReactElement {
  const denied = useSession().denial('settings.write')
  const save = useAct({
    run: (update: MailSettingsUpdate) => hub.mail.update(update),
    done: 'Mail settings saved',
    touches: ['notices'],
  })
  const form = useForm({
    initial: {
      from: settings.from,
      activationUrl: settings.activationUrl,
      tellsBoundUsers: settings.tellsBoundUsers ? 'on' : '',
      welcomesNewUsers: settings.welcomesNewUsers ? 'on' : '',
      tellsAskedUsers: settings.tellsAskedUsers ? 'on' : '',
      activationLinkDays: String(settings.activationLinkDays),
      expiryNoticeDays: daysText(settings.expiryNoticeDays),
    },
    rules: { from: optionalEmailAddress, activationLinkDays: linkDays, expiryNoticeDays: noticeDays },
    onSubmit: (values) =>
      save.mutateAsync({
        from: values.from.trim(),
        activationUrl: values.activationUrl.trim(),
        tellsBoundUsers: values.tellsBoundUsers === 'on',
        welcomesNewUsers: values.welcomesNewUsers === 'on',
        tellsAskedUsers: values.tellsAskedUsers === 'on',
        activationLinkDays: Number(values.activationLinkDays),
        expiryNoticeDays: [...(daysOf(values.expiryNoticeDays) ?? [])],
      }),
  })
  return (
    <Section title="Sender and mails to users" detail="Administrators choose their mails under their own account.">
      <form ref={form.ref} onSubmit={form.submit} noValidate className="settings-form" aria-label="Mail settings">
        <fieldset className="settings-plain" disabled={denied !== undefined}>
          <MailFields form={form} sender={sender} />
        </fieldset>
        <FailureNotice error={form.failure} title="The settings were not saved." unchanged="Nothing was changed." />
        {denied === undefined ? (
          <SaveBar label="Save mail settings" dirty={form.dirty} busy={form.busy} onDiscard={form.discard} />
        ) : (
          <p className="ls-dim">{denied}</p>
        )}
        <UnsavedGuard dirty={form.dirty && !form.busy} />
      </form>
    </Section>
  )
}

interface MailFieldsProps {
  readonly form: Form<{
    readonly [K in keyof MailSettings]: string
  }>
  readonly sender: string
}

function MailFields({ form, sender }: MailFieldsProps): ReactElement {
  return (
    <div className="portal-form">
      <TextInput
        label="Sender’s e-mail"
        type="email"
        autoComplete="off"
        maxLength={320}
        placeholder={sender}
        description="The mail server must allow it. Answers go to the organization’s contact, where one is set."
        {...form.field('from')}
      />
      <Switch
        label="Tell users when they are bound to a directory"
        description="One mail for each directory, to active users with a password."
        checked={form.values.tellsBoundUsers === 'on'}
        onChange={(event) => form.set('tellsBoundUsers', event.currentTarget.checked ? 'on' : '')}
      />
      <Switch
        label="Welcome new users"
        description="Whoever is made or activated by an administrator and has no password gets a mail with a link to choose one."
        checked={form.values.welcomesNewUsers === 'on'}
        onChange={(event) => form.set('welcomesNewUsers', event.currentTarget.checked ? 'on' : '')}
      />
      <Switch
        label="Tell users when a second factor is asked of them"
        description="Those of whom an administrator asks one; who is asked through a group is told at the sign-in."
        checked={form.values.tellsAskedUsers === 'on'}
        onChange={(event) => form.set('tellsAskedUsers', event.currentTarget.checked ? 'on' : '')}
      />
      <TextInput
        label="Days for which the link of the welcome mail can be used"
        inputMode="numeric"
        autoComplete="off"
        maxLength={2}
        description="From 1 to 90. Afterwards users ask for another link where they sign in."
        {...form.field('activationLinkDays')}
      />
      <TextInput
        label="Days before a password expires on which users are told"
        autoComplete="off"
        maxLength={40}
        placeholder="7, 1"
        description="Up to five numbers from 1 to 28, with commas. Empty: nobody is told."
        {...form.field('expiryNoticeDays')}
      />
      <TextInput
        label="Where new users choose their password"
        type="url"
        autoComplete="off"
        maxLength={2000}
        placeholder="https://portal.example.com/activate"
        description="New users without a password are invited to this page; the link’s token is added to it. Empty: to the users’ portal of this hub."
        {...form.field('activationUrl')}
      />
    </div>
  )
}
