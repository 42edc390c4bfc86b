/** The text of every field of a form. */
export type FormValues = Readonly<Record<string, string>>

/** What is wrong with a field, or undefined. */
export type FieldRule<V extends FormValues> = (value: string, values: V) => string | undefined

export type FormRules<V extends FormValues> = { readonly [K in keyof V]?: FieldRule<V> }
export type FormErrors<V extends FormValues> = { readonly [K in keyof V]?: string }

/** Checks every field; the result is empty when all is well. */
export function validate<V extends FormValues>(values: V, rules: FormRules<V>): FormErrors<V> {
  const errors: { [K in keyof V]?: string } = {}
  for (const field of Object.keys(rules) as (keyof V & string)[]) {
    const fault = rules[field]?.(values[field] ?? '', values)
    if (fault !== undefined) errors[field] = fault
  }
  return errors
}

/** The fields whose text differs from where it started. */
export function changedFields<V extends FormValues>(initial: V, values: V): Partial<V> {
  const entries = Object.entries(values).filter(([field, value]) => value !== initial[field])
  return Object.fromEntries(entries) as Partial<V>
}

/** A rule: the field must not be empty; `what` names it in the message. */
export function required(what: string): (value: string) => string | undefined {
  return (value) => (value.trim() === '' ? `Enter ${what}.` : undefined)
}

/** A rule: the field holds something that looks like an e-mail address. */
export function emailAddress(value: string): string | undefined {
  if (value.trim() === '') return 'Enter an e-mail address.'
  return /^[^\s@]+@[^\s@]+$/u.test(value.trim()) ? undefined : 'Enter an address such as name@example.com.'
}

/** A rule: like emailAddress, but the field may stay empty. */
export function optionalEmailAddress(value: string): string | undefined {
  return value.trim() === '' ? undefined : emailAddress(value)
}
