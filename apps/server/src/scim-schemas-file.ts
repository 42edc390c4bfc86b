import { AppError } from '@lockstep/contract/app-error'
import { CustomSchemaFile } from '@lockstep/contract/hub/custom-schema'
import { compileValidator } from './platform/http/validation.ts'

const validate = compileValidator(CustomSchemaFile, 'body', { convert: false, tolerant: false })

/** The content of a file of declarations. Refuses with `invalid_json` and `invalid_request`, naming the place. */
export function readScimSchemasFile(text: string): CustomSchemaFile {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    throw new AppError('invalid_json', {
      detail: `It is no JSON: ${error instanceof Error ? error.message : ''}. Correct it and start again.`,
      cause: error,
    })
  }
  return validate(content) as CustomSchemaFile
}
