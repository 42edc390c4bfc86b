import { CloseButton } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { type ReactElement, useSyncExternalStore } from 'react'
import { dismiss, toastStore } from './toast-store.ts'

/** Where announcements appear; read out politely. */
export function Toasts(): ReactElement {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.read)
  return (
    <div className="portal-toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className="portal-toast">
          <IconCircleCheck size={16} className="ls-ink-green" aria-hidden />
          <span>{toast.text}</span>
          <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismiss(toast.id)} />
        </div>
      ))}
    </div>
  )
}
