import type { MantineColorScheme } from '@mantine/core'

/** The themes with their names. */
export const schemes: readonly (readonly [scheme: MantineColorScheme, label: string])[] = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['auto', 'Like the system'],
]
