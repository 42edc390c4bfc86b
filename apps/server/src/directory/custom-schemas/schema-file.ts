// The file of declarations that a hub reads at its start: what it says is declared, or changed where that is possible; no value is taken away.
import { AppError } from '@lockstep/contract/app-error'
import type { CustomSchemaFile } from '@lockstep/contract/hub/custom-schema'
import { type DeclarationFacts, type Declared, toSchema, toType } from './custom-schema.rules.ts'
import { schemaStep, typeStep } from './declaration-step.ts'
import type { Wish } from './declare.ts'

interface FileWork {
  readonly facts: (fromFile: boolean) => DeclarationFacts
  readonly now: () => Date
  readonly run: (wish: Wish) => Promise<void>
  readonly load: () => Promise<Declared>
}

/** Declares what the file says; a refusal names the place in it. What it said once may be changed by others from now on. */
export async function applyFile(file: CustomSchemaFile, { facts, now, run, load }: FileWork): Promise<void> {
  const known = <T extends { readonly key: string }>(before: T | undefined) =>
    before === undefined ? facts(true) : { ...facts(true), ...before, fromFile: true, updated: now() }
  for (const [index, input] of (file.schemas ?? []).entries())
    await placed(`schemas.${index}`, () =>
      run({
        decide(declared) {
          const before = declared.schemas.find(({ id }) => id.toLowerCase() === input.id.toLowerCase())
          const wanted = toSchema({ ...input, id: before?.id ?? input.id }, known(before))
          return schemaStep(declared, before, wanted)
        },
      }),
    )
  for (const [index, input] of (file.resourceTypes ?? []).entries())
    await placed(`resourceTypes.${index}`, () =>
      run({
        decide(declared) {
          const before = declared.types.find(({ name }) => name.toLowerCase() === input.name.toLowerCase())
          const type = toType(input, known(before))
          if (before !== undefined && (before.endpoint !== type.endpoint || before.schema !== type.schema))
            throw new AppError('custom_schema_incompatible', {
              field: 'endpoint',
              detail: `endpoint: "${before.name}" is at /${before.endpoint} with the schema "${before.schema}", which stay.`,
            })
          return typeStep(declared, before, type)
        },
      }),
    )
  await freeOthers(file, { now, run, load })
}

async function freeOthers(file: CustomSchemaFile, { now, run, load }: Omit<FileWork, 'facts'>): Promise<void> {
  const { schemas, types } = await load()
  for (const before of schemas)
    if (before.fromFile && !file.schemas?.some(({ id }) => id.toLowerCase() === before.id.toLowerCase()))
      await run({ decide: (all) => schemaStep(all, before, { ...before, fromFile: false, updated: now() }) })
  for (const before of types)
    if (before.fromFile && !file.resourceTypes?.some(({ name }) => name.toLowerCase() === before.name.toLowerCase()))
      await run({ decide: (all) => typeStep(all, before, { ...before, fromFile: false, updated: now() }) })
}

/** A refusal told with the place in the file. */
async function placed(place: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const detail = error.field !== undefined && error.message.startsWith(`${error.field}:`) ? '.' : ': '
    throw new AppError(error.code, {
      field: `${place}.${error.field ?? ''}`,
      detail: `${place}${detail}${error.message}`,
    })
  }
}
