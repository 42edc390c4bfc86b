import { readFile } from 'node:fs/promises'
import { AgentFileError } from './agent-file.ts'

/** What a file named on the command line holds; rejects with an AgentFileError. */
export async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new AgentFileError(`The file ${path} cannot be read (${code}).`, { cause: error })
  }
}

export async function optionalText(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : textOf(path)
}

/** Editors end files with a line break that is not part of the password. */
export function passwordText(text: string): string {
  return text.replace(/\r?\n$/, '')
}
