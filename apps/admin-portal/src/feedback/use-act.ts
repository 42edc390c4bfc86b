import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { announce } from '@lockstep/ui/feedback/toast-store'
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { fetchAnew } from '../hub/fetch-anew.ts'

interface Act<I, O> {
  readonly run: (input: I) => Promise<O>
  /** What is announced when it worked. */
  readonly done: string | ((output: O, input: I) => string)
  /** The first parts of the query keys whose answers may have changed. */
  readonly touches: readonly string[]
  readonly after?: (output: O, input: I) => void
}

/** A change at the hub: announced when done, with everything it touched fetched anew. */
export function useAct<I = void, O = unknown>(act: Act<I, O>): UseMutationResult<O, Error, I> {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act.run,
    onSuccess: async (output, input) => {
      announce(typeof act.done === 'string' ? act.done : act.done(output, input))
      act.after?.(output, input)
      await Promise.all([...act.touches, 'journal'].map((kind) => fetchAnew(queries, { queryKey: [kind] })))
      keepFocus()
    },
  })
}
