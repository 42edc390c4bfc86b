import { Tabs } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

export interface RoomTab {
  readonly value: string
  readonly label: string
  readonly content: () => ReactNode
}

interface RoomTabsProps {
  readonly label: string
  readonly tabs: readonly RoomTab[]
  readonly value: string | undefined
  readonly onChange: (value: string) => void
}

/** The parts of an object's page; which one is open stands in the address. */
export function RoomTabs({ label, tabs, value, onChange }: RoomTabsProps): ReactElement {
  const current = tabs.find((tab) => tab.value === value) ?? tabs[0]
  return (
    <Tabs value={current?.value ?? null} onChange={(next) => onChange(next ?? '')} keepMounted={false}>
      <Tabs.List aria-label={label}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab.value} value={tab.value}>
            {tab.label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.value} value={tab.value} className="portal-tab-panel">
          {tab.value === current?.value && tab.content()}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
