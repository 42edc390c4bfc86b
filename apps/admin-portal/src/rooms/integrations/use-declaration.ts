import type {
  CustomSchemaCreate,
  CustomSchemaUpdate,
  CustomTypeCreate,
  CustomTypeUpdate,
} from '@lockstep/contract/hub/custom-schema'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import type { Declaration, DeclarationKind } from './declaration-draft.ts'

interface Declaring {
  readonly kind: DeclarationKind
  readonly declaration: Declaration | undefined
  /** How much may be lost. */
  readonly discard: number | undefined
  readonly onDone: () => void
}

type Value = Readonly<Record<string, unknown>>

/** Saving and deleting a declaration. */
export function useDeclaration({ kind, declaration, discard, onDone }: Declaring) {
  const touches = ['integrations']
  const save = useAct<Value>({
    run: (value) => saved(kind, declaration, value, discard),
    done: declaration === undefined ? 'Declared' : 'Saved',
    touches,
    after: onDone,
  })
  const remove = useAct({
    run: () => removed(declaration, discard),
    done: `${declaration?.name ?? ''} deleted`,
    touches,
    after: onDone,
  })
  return { save, remove }
}

/** What the text says; the hub checks it. */
function saved(
  kind: DeclarationKind,
  declaration: Declaration | undefined,
  value: Value,
  discardValues: number | undefined,
): Promise<unknown> {
  const body: unknown = value
  if (declaration === undefined)
    return kind === 'schema'
      ? hub.integrations.declareSchema(body as CustomSchemaCreate)
      : hub.integrations.declareType(body as CustomTypeCreate)
  const more = discardValues === undefined ? {} : { discardValues }
  const { id: _id, ...schema } = value
  if (kind === 'schema')
    return hub.integrations.changeSchema(declaration.key, { ...(schema as CustomSchemaUpdate), ...more })
  const { name: _name, endpoint: _endpoint, schema: _schema, ...type } = value
  return hub.integrations.changeType(declaration.key, { ...(type as CustomTypeUpdate), ...more })
}

function removed(declaration: Declaration | undefined, discard: number | undefined): Promise<void> {
  if (declaration === undefined) return Promise.resolve()
  const { kind, key } = declaration
  return kind === 'schema' ? hub.integrations.removeSchema(key, discard) : hub.integrations.removeType(key, discard)
}
