import type { ViewSettings } from '@lockstep/ui/table-toolbar'
import { useState } from 'react'

const keyOf = (list: string): string => `lockstep.view.${list}`

function read(list: string, fallback: ViewSettings): ViewSettings {
  try {
    const stored = JSON.parse(localStorage.getItem(keyOf(list)) ?? 'null') as Partial<ViewSettings> | null
    return stored === null ? fallback : { ...fallback, ...stored }
  } catch {
    // Storage that is switched off or holds something else: the view starts as it was designed.
    return fallback
  }
}

/** Columns and density of a list, kept in this browser. */
export function useViewSettings(list: string, hiddenAtFirst: readonly string[]) {
  const fallback: ViewSettings = { hidden: hiddenAtFirst, density: 'normal' }
  const [settings, setSettings] = useState(() => read(list, fallback))
  return {
    settings,
    change(next: ViewSettings): void {
      setSettings(next)
      localStorage.setItem(keyOf(list), JSON.stringify(next))
    },
    reset(): void {
      setSettings(fallback)
      localStorage.removeItem(keyOf(list))
    },
  }
}
