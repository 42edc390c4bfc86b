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

/** Saving a declaration. */
export function useDeclaration({ kind, declaration, discard, onDone }: Declaring) {
  return useAct<Value>({
    run: (value) => saved(kind, declaration, value, discard),
    done: declaration === undefined ? 'Declared' : 'Saved',
    touches: ['integrations', 'users', 'groups'],
    after: onDone,
  })
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
