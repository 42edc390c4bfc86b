import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { userQuery } from '../../hub/queries.ts'
import { UserPicker } from '../../pickers/user-picker.tsx'
import { counted } from '../../words/words.ts'

interface ExemptionsProps {
  readonly userIds: readonly string[]
  readonly onChange: (userIds: readonly string[]) => void
}

/** The hub tells only ids; more names than these are not fetched. */
const shownNames = 20

/** Users about whom the rule does not decide. */
export function Exemptions({ userIds, onChange }: ExemptionsProps): ReactElement {
  const [picks, setPicks] = useState(0)
  return (
    <fieldset className="portal-row-editor">
      <legend>Exempt from the rule</legend>
      <p className="ls-dim">
        They stay members or non-members whatever the rule says. Who is added or removed by hand becomes exempt.
      </p>
      <ul className="portal-rows">
        {userIds.slice(0, shownNames).map((id) => (
          <ExemptUser key={id} id={id} onRemove={() => onChange(userIds.filter((each) => each !== id))} />
        ))}
      </ul>
      {userIds.length > shownNames && (
        <p className="ls-dim">and {counted(userIds.length - shownNames, 'more user', 'more users')}</p>
      )}
      <UserPicker
        // Empty again after each choice.
        key={picks}
        label="Exempt a user"
        value=""
        onChange={(id) => {
          if (id !== '' && !userIds.includes(id)) onChange([...userIds, id])
          setPicks(picks + 1)
        }}
      />
    </fieldset>
  )
}

function ExemptUser({ id, onRemove }: { readonly id: string; readonly onRemove: () => void }): ReactElement {
  const user = useQuery(userQuery(id)).data
  const name = user === undefined ? id : user.name
  return (
    <li>
      <span>{name}</span>
      <span className="ls-dim">{user?.username}</span>
      <span className="ls-spring" />
      <Button variant="default" size="xs" aria-label={`No longer exempt ${name}`} onClick={onRemove}>
        Remove
      </Button>
    </li>
  )
}
