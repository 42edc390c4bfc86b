/** Anything that has attributes: values by lower-case name, in the order sent. No values means "removed", absence "unchanged" or "not set". */
export interface Attributed {
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>
}

/** An entry as the server sent it; bytes of the DN that are not UTF-8 appear as U+FFFD. Values are views into the received message. */
export interface RawEntry extends Attributed {
  readonly dn: string
}
