import { AppError } from '@lockstep/contract/app-error'

/** Runs the work; a refusal that names one of the directory's own parameters names ours instead, so that callers find it. */
export async function renameFields<T>(names: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw renamed(error, names)
  }
}

function renamed(error: unknown, names: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof AppError) || error.field === undefined || !Object.hasOwn(names, error.field)) return error
  const field = names[error.field] ?? error.field
  const { retryAfterSeconds } = error
  return new AppError(error.code, {
    field,
    detail: error.message.replaceAll(new RegExp(`\\b${error.field}\\b(?=:|\\.)`, 'g'), field),
    cause: error,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}
