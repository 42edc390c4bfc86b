import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { type ReactElement, useEffect, useRef } from 'react'
import { AttributeEditor } from './attribute-editor.tsx'
import { type AttributeDraft, type Fault, moved, newAttribute } from './schema-draft.ts'

export interface AttributeListProps {
  readonly attributes: readonly AttributeDraft[]
  /** Where the list stands, as the hub names it: `attributes`, `attributes.2.subAttributes`. */
  readonly place: string
  /** Undefined for the attributes of the schema itself. */
  readonly partOf?: string
  /** The schema is declared already, so that nothing new can be required. */
  readonly isDeclared: boolean
  /** The id of what says why something stays as it is. */
  readonly describedBy: string
  readonly fault: Fault | undefined
  /** They are looked at only. */
  readonly readOnly: boolean
  readonly onChange: (attributes: readonly AttributeDraft[]) => void
}

const most = { attributes: 100, parts: 50 } as const

/** Attributes that are added, changed, moved and removed, by keyboard too. */
export function AttributeList(props: AttributeListProps): ReactElement {
  const { attributes, place, partOf, fault, readOnly, onChange } = props
  const box = useRef<HTMLDivElement>(null)
  const wanted = useRef<string | HTMLElement>(undefined)
  // What has the focus is drawn elsewhere, or not any more.
  useEffect(() => {
    const { current } = wanted
    wanted.current = undefined
    const found = typeof current === 'string' ? box.current?.querySelector<HTMLElement>(current) : current
    found?.focus()
  })
  const then = (selector: string, next: readonly AttributeDraft[]): void => {
    wanted.current = selector
    onChange(next)
  }
  const within = (key: number, what: string): string => `[data-attribute="${key}"] [data-focus="${what}-${key}"]`
  const add = `[data-add="${place}"]`
  return (
    <div ref={box} className="declared-list">
      {attributes.map((attribute, index) => (
        <AttributeEditor
          {...props}
          key={attribute.key}
          attribute={attribute}
          place={`${place}.${index}`}
          position={{ index, of: attributes.length }}
          parts={(name) => (
            <AttributeList
              attributes={attribute.subAttributes}
              place={`${place}.${index}.subAttributes`}
              partOf={name}
              isDeclared={attribute.known !== undefined}
              describedBy={props.describedBy}
              fault={fault}
              readOnly={readOnly}
              onChange={(parts) =>
                onChange(attributes.map((one) => (one === attribute ? { ...one, subAttributes: parts } : one)))
              }
            />
          )}
          onChange={(next) => onChange(attributes.map((one) => (one.key === next.key ? next : one)))}
          onMove={(by) => {
            const next = moved(attributes, attribute.key, by)
            if (readOnly || next === attributes) return
            if (document.activeElement instanceof HTMLElement) wanted.current = document.activeElement
            onChange(next)
          }}
          onRemove={() => {
            const neighbour = attributes[index + 1] ?? attributes[index - 1]
            const rest = attributes.filter(({ key }) => key !== attribute.key)
            then(neighbour === undefined ? add : within(neighbour.key, 'remove'), rest)
          }}
        />
      ))}
      {fault?.path === place && (
        <p className="portal-fault" role="alert">
          {fault.words}
        </p>
      )}
      {!readOnly && attributes.length < (partOf === undefined ? most.attributes : most.parts) && (
        <AddButton {...{ place, partOf }} onAdd={(fresh) => then(within(fresh.key, 'name'), [...attributes, fresh])} />
      )}
    </div>
  )
}

interface AddButtonProps {
  readonly place: string
  readonly partOf: string | undefined
  readonly onAdd: (fresh: AttributeDraft) => void
}

function AddButton({ place, partOf, onAdd }: AddButtonProps): ReactElement {
  return (
    <div>
      <Button
        data-add={place}
        variant="default"
        size={partOf === undefined ? 'sm' : 'xs'}
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => onAdd(newAttribute())}
      >
        {partOf === undefined ? 'Add an attribute' : `Add a part of ${partOf}`}
      </Button>
    </div>
  )
}
