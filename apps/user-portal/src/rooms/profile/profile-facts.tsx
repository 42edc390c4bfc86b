import type { Profile } from '@lockstep/contract/portal/profile'
import { rowsText } from '@lockstep/ui/contact/contact-rows'
import { RowFacts } from '@lockstep/ui/contact/row-facts'
import { Facts } from '@lockstep/ui/facts'
import { Section } from '@lockstep/ui/section'
import type { ReactElement, ReactNode } from 'react'
import { profileFields } from '../../words/profile-words.ts'
import { managerOf } from './profile-values.ts'

/** A profile as it is read. */
export function ProfileFacts({ profile }: { readonly profile: Profile }): ReactElement {
  const value = (text: string): ReactNode => (text === '' ? <span className="ls-dim">empty</span> : text)
  const fact = (name: string, title: string, shown: ReactNode) => {
    const manager = managerOf(profile, name)
    return {
      name: title,
      value: shown,
      ...(manager === undefined ? {} : { aside: <span className="ls-dim my-manager">managed by {manager}</span> }),
    }
  }
  return (
    <>
      <Section title="About you">
        <Facts
          facts={[
            ...profileFields.map(([name, title]) => fact(name, title, value(profile[name]))),
            ...(profile.manager === undefined ? [] : [fact('manager', 'Manager', profile.manager.name)]),
          ]}
        />
      </Section>
      <Section title="How to reach you">
        <Facts
          facts={[
            fact(
              'phoneNumbers',
              'Phone numbers',
              <RowFacts field="phoneNumbers" text={rowsText('phoneNumbers', profile.phoneNumbers)} />,
            ),
            fact(
              'addresses',
              'Addresses',
              <RowFacts field="addresses" text={rowsText('addresses', profile.addresses)} />,
            ),
          ]}
        />
      </Section>
      <p className="ls-dim">Something is wrong that you cannot change here? Your help desk can.</p>
    </>
  )
}
