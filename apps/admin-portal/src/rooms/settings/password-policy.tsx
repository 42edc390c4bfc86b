import { validate } from '@lockstep/ui/form/form-rules'
import { Section } from '@lockstep/ui/section'
import { TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { policyOf, policyRules } from './organization-fields.ts'
import { policyAdvice, policyWords } from './policy-words.ts'
import { type SettingsForm, SettingSwitch } from './setting-switch.tsx'

const numbers = [
  ['minLength', 'Least length', 'Characters, from 8 to 64.'],
  ['maxHistory', 'Earlier passwords kept', 'So many may not be used again, up to 24. Empty: any may.'],
  ['expirationDays', 'Days until it expires', 'From 1 to 36,500. Empty: it never does.'],
  ['maxLoginAttempts', 'Wrong passwords until locked', 'From 1 to 1,000. Empty: none locks.'],
  ['lockoutMinutes', 'Minutes that it stays locked', 'From 5 to 90. Empty: until somebody unlocks.'],
] as const

const kinds = [
  ['needsLowercase', 'A small letter'],
  ['needsUppercase', 'A capital letter'],
  ['needsNumeric', 'A digit'],
  ['needsSymbolic', 'A symbol'],
] as const

/** What users' passwords must be, with what that means in words beside it. */
export function PasswordPolicy({ form }: { readonly form: SettingsForm }): ReactElement {
  return (
    <Section
      title="Password policy"
      detail="For users whose passwords are set here. It holds for the next password, not for those that are set already."
    >
      <div className="settings-policy">
        <div className="portal-form">
          <div className="portal-form-pair">
            {numbers.map(([field, label, description]) => (
              <TextInput
                key={field}
                label={label}
                description={description}
                inputMode="numeric"
                autoComplete="off"
                maxLength={6}
                {...form.field(field)}
              />
            ))}
          </div>
          <div className="settings-switches" role="group" aria-label="What a password must contain">
            <p className="settings-label">A password must contain</p>
            {kinds.map(([field, label]) => (
              <SettingSwitch key={field} form={form} field={field} label={label} />
            ))}
          </div>
          <SettingSwitch
            form={form}
            field="allowUsernameSubstring"
            label="It may contain the username"
            description="Off is safer: the username is what is tried first."
          />
          <SettingSwitch
            form={form}
            field="refuseCommon"
            label="Refuse passwords that leaked elsewhere"
            description="Compared with a list of some 50,000 that comes with the hub; nothing is asked outside."
          />
        </div>
        <Explanation form={form} />
      </div>
    </Section>
  )
}

function Explanation({ form }: { readonly form: SettingsForm }): ReactElement {
  const faults = validate(form.values, policyRules)
  const policy = policyOf(form.values)
  const advice = policyAdvice(policy)
  return (
    <aside className="settings-words" aria-label="In words">
      <h3>In words</h3>
      {Object.keys(faults).length > 0 ? (
        <p className="ls-dim">A number is outside of its limits.</p>
      ) : (
        <>
          <ul>
            {policyWords(policy).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          {advice !== undefined && (
            <p className="settings-advice">
              <IconAlertTriangle size={16} aria-hidden />
              <span>{advice}</span>
            </p>
          )}
        </>
      )}
    </aside>
  )
}
