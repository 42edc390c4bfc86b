import type { IncomingRequest } from './route.ts'

/** The text of a header without surrounding spaces; empty when it is absent or stands there several times. */
export function headerText({ headers }: Pick<IncomingRequest, 'headers'>, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value.trim() : ''
}
