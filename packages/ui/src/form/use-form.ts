import { type FocusEvent, type RefObject, type SyntheticEvent, useEffect, useRef, useState } from 'react'
import { failureOf } from '../feedback/failure.ts'
import { changedFields, type FormErrors, type FormRules, type FormValues, validate } from './form-rules.ts'

interface FieldProps {
  readonly name: string
  readonly value: string
  readonly error: string | undefined
  /** Of its own, because a field for a password does not tell it from the fault. */
  readonly 'aria-invalid'?: true
  readonly onChange: (event: { readonly currentTarget: { readonly value: string } }) => void
  readonly onBlur: (event: FocusEvent<HTMLElement>) => void
}

interface FormOptions<V extends FormValues> {
  readonly initial: V
  readonly rules: FormRules<V>
  /** Rejects to keep the form; a refusal that names a field is shown beside it. */
  readonly onSubmit: (values: V, changed: Partial<V>) => Promise<unknown>
}

export interface Form<V extends FormValues> {
  readonly ref: RefObject<HTMLFormElement | null>
  readonly values: V
  readonly changed: Partial<V>
  readonly dirty: boolean
  readonly busy: boolean
  /** A refusal that names no field of this form. */
  readonly failure: unknown
  readonly set: (field: keyof V & string, value: string) => void
  readonly field: (field: keyof V & string) => FieldProps
  /** What the hub refused about a part of a field, by its path: "phoneNumbers.0.number". */
  readonly faultAt: (path: string) => string | undefined
  readonly submit: (event: SyntheticEvent) => void
  /** Back to where the form started. */
  readonly discard: () => void
}

/** The hub names the field before what is wrong with it; beside the field that is said already. */
function besideField(field: string, detail: string): string {
  if (!detail.startsWith(`${field}: `)) return detail
  const words = detail.slice(field.length + 2)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Gives the first faulty field the focus, once it is drawn as such. */
function useFirstFault(form: RefObject<HTMLFormElement | null>): () => void {
  const [refusals, setRefusals] = useState(0)
  // An effect, because the faults are drawn then; a frame may be painted before what a promise has set is.
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [refusals, form])
  return () => setRefusals((before) => before + 1)
}

/** The state of a form: faults show on leaving a field and on submitting; the first faulty field is focused. */
export function useForm<V extends FormValues>({ initial, rules, onSubmit }: FormOptions<V>): Form<V> {
  const [values, setValues] = useState(initial)
  const [errors, setErrors] = useState<FormErrors<V>>({})
  const [parts, setParts] = useState<Readonly<Record<string, string>>>({})
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const ref = useRef<HTMLFormElement>(null)
  const focusFirstFault = useFirstFault(ref)
  const changed = changedFields(initial, values)

  function set(field: keyof V & string, value: string): void {
    setValues((before) => ({ ...before, [field]: value }))
    setErrors((before) => ({ ...before, [field]: undefined }))
    setParts({})
  }

  function refuse(error: unknown): void {
    const { field, detail } = failureOf(error)
    const head = field?.split('.', 1)[0] ?? ''
    if (field !== undefined && head in initial) {
      const words = besideField(field, detail)
      setErrors((before) => ({ ...before, [head]: words }))
      setParts({ [field]: words })
      focusFirstFault()
    } else setFailure(error)
  }

  function submit(event: SyntheticEvent): void {
    event.preventDefault()
    if (busy) return
    const faults = validate(values, rules)
    setErrors(faults)
    setFailure(undefined)
    setParts({})
    if (Object.keys(faults).length > 0) return focusFirstFault()
    setBusy(true)
    onSubmit(values, changed)
      .catch(refuse)
      .finally(() => setBusy(false))
  }

  function field(name: keyof V & string): FieldProps {
    return {
      name,
      value: values[name] ?? '',
      error: errors[name],
      ...(errors[name] === undefined ? {} : { 'aria-invalid': true }),
      onChange: (event) => set(name, event.currentTarget.value),
      onBlur: (event) => {
        const text = event.target instanceof HTMLInputElement ? event.target.value : (values[name] ?? '')
        // What the hub refused stays beside the field until it is changed; else what is below would move under a click.
        const fault = rules[name]?.(text, values) ?? parts[name]
        // An untouched empty field is not nagged about before it was asked for.
        if (changed[name] !== undefined || fault === undefined) setErrors((before) => ({ ...before, [name]: fault }))
      },
    }
  }

  return {
    ref,
    discard() {
      setValues(initial)
      setErrors({})
    },
    values,
    changed,
    dirty: Object.keys(changed).length > 0,
    busy,
    failure,
    set,
    field,
    faultAt: (path) => parts[path],
    submit,
  }
}
