import { keepFocus } from '@lockstep/ui/feedback/keep-focus'
import { announce } from '@lockstep/ui/feedback/toast-store'
import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { sessionQuery } from './queries.ts'

/** Something done at the hub: announced when done; what is shown of this person is fetched anew. */
export function useAct<I = void>(
  run: (input: I) => Promise<unknown>,
  done: string,
): UseMutationResult<unknown, Error, I> {
  const queries = useQueryClient()
  const [session] = sessionQuery.queryKey
  return useMutation({
    mutationFn: run,
    onSuccess: async () => {
      announce(done)
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== session })
      keepFocus()
    },
  })
}
