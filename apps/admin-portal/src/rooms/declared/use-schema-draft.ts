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
  /** As it stands at the hub; undefined: a new one. */
  readonly schema: CustomSchemaRow | undefined
  readonly others: readonly CustomSchemaRow[]
  readonly onDone: () => void
}

/** What the form began with. */
interface Start {
  readonly schema: CustomSchemaRow | undefined
  readonly draft: SchemaDraft
}

function startOf(schema: CustomSchemaRow | undefined): Start {
  return { schema, draft: schema === undefined ? newSchema() : draftOf(schema) }
}

export interface SchemaForm {
  readonly draft: SchemaDraft
  readonly dirty: boolean
  /** It was changed elsewhere since somebody began to type here. */
  readonly isOutdated: boolean
  readonly busy: boolean
  readonly saved: boolean
  readonly fault: Fault | undefined
  /** What the hub refused at no place of the form. */
  readonly failure: unknown
  readonly change: (change: Partial<SchemaDraft>) => void
  readonly discard: () => void
  /** Says what is missing; true when it can be saved. */
  readonly check: () => boolean
  readonly save: (saving?: Saving) => void
}

interface Saving {
  readonly discardValues?: number
  /** More values would be lost than was said. */
  readonly onLosses?: () => void
}

/** The form of a schema. It follows changes from elsewhere until somebody types: saving replaces every attribute. */
export function useSchemaDraft({ schema, others, onDone }: Declaring): SchemaForm {
  const [start, setStart] = useState(() => startOf(schema))
  const [draft, setDraft] = useState(start.draft)
  const [fault, setFault] = useState<Fault>()
  const act = useAct({
    run: ({ discardValues }: Saving) => saved(schema, draft, discardValues),
    done: `${draft.name.trim()} ${schema === undefined ? 'declared' : 'saved'}`,
    touches: ['integrations', 'users', 'groups'],
    after: onDone,
  })
  const dirty = draft !== start.draft
  const isOutdated = start.schema !== schema
  const begin = (): void => {
    const anew = startOf(schema)
    setStart(anew)
    setDraft(anew.draft)
  }
  if (isOutdated && !dirty) begin()
  return {
    draft,
    dirty,
    isOutdated,
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
      begin()
      setFault(undefined)
      act.reset()
    },
    check() {
      const found = faultOf(draft, others)
      setFault(found)
      return found === undefined
    },
    save(saving = {}) {
      act.mutate(saving, {
        onError(error) {
          const { code, field, detail } = failureOf(error)
          setFault(hubFault(field, detail))
          if (code !== 'custom_schema_in_use' || saving.onLosses === undefined) return
          act.reset()
          saving.onLosses()
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
