import type { CustomSchemaCreate, CustomSchemaRow } from '@lockstep/contract/hub/custom-schema'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { useState } from 'react'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import {
  draftOf,
  type Fault,
  faultOf,
  hubFault,
  nameOfType,
  newSchema,
  type SchemaDraft,
  schemaOf,
} from './schema-draft.ts'

interface Declaring {
  /** Undefined: a new one. */
  readonly schema: CustomSchemaRow | undefined
  readonly others: readonly CustomSchemaRow[]
  readonly onDone: () => void
}

export interface SchemaForm {
  readonly draft: SchemaDraft
  readonly dirty: boolean
  readonly busy: boolean
  readonly saved: boolean
  readonly fault: Fault | undefined
  /** What the hub refused at no place of the form. */
  readonly failure: unknown
  readonly change: (change: Partial<SchemaDraft>) => void
  readonly discard: () => void
  /** Says what is missing; true when it can be saved. */
  readonly check: () => boolean
  readonly save: (discardValues?: number) => void
}

/** The form of a schema. */
export function useSchemaDraft({ schema, others, onDone }: Declaring): SchemaForm {
  const [first, setFirst] = useState(() => (schema === undefined ? newSchema() : draftOf(schema)))
  const [draft, setDraft] = useState(first)
  const [fault, setFault] = useState<Fault>()
  const act = useAct({
    run: (discardValues: number | undefined) => saved(schema, draft, discardValues),
    done: `${draft.name.trim()} ${schema === undefined ? 'declared' : 'saved'}`,
    touches: ['integrations', 'users', 'groups'],
    after: onDone,
  })
  return {
    draft,
    dirty: draft !== first,
    busy: act.isPending,
    saved: act.isSuccess,
    fault,
    failure: fault === undefined ? act.error : null,
    change(change) {
      setDraft((before) => ({ ...before, ...change }))
      setFault(undefined)
      act.reset()
    },
    discard() {
      const anew = schema === undefined ? newSchema() : draftOf(schema)
      setFirst(anew)
      setDraft(anew)
      setFault(undefined)
      act.reset()
    },
    check() {
      const found = faultOf(draft, others)
      setFault(found)
      return found === undefined
    },
    save(discardValues) {
      act.mutate(discardValues, {
        onError(error) {
          const { field, detail } = failureOf(error)
          setFault(hubFault(field, detail))
        },
      })
    },
  }
}

async function saved(
  schema: CustomSchemaRow | undefined,
  draft: SchemaDraft,
  discardValues: number | undefined,
): Promise<void> {
  const { id, ...input } = schemaOf(draft)
  if (schema === undefined) return declared({ id, ...input }, draft)
  const more = discardValues === undefined ? {} : { discardValues }
  await hub.integrations.changeSchema(schema.key, { ...input, ...more })
}

/** Declares a schema, and its type of resources where there is to be one: both or neither. */
async function declared(input: CustomSchemaCreate, { base, name, endpoint }: SchemaDraft): Promise<void> {
  const made = await hub.integrations.declareSchema(input)
  if (base !== 'type') return
  try {
    await hub.integrations.declareType({ name: nameOfType(name), endpoint: endpoint.trim(), schema: made.id })
  } catch (error) {
    await hub.integrations.removeSchema(made.key)
    throw error
  }
}
