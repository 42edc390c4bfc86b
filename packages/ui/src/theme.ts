import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** The one accent; step 6 carries white text with a contrast of 6.3. */
const indigo: MantineColorsTuple = [
  '#eef0fd',
  '#dfe3fb',
  '#c0c8f7',
  '#a3b0ff',
  '#7d8cf2',
  '#5f6fe4',
  '#4353d3',
  '#3947b8',
  '#2f3b9a',
  '#26307c',
]

/** Step 6 carries white text with a contrast of 5.6. */
const red: MantineColorsTuple = [
  '#fdeeec',
  '#fbdcd9',
  '#f6b8b2',
  '#ff9d95',
  '#e9675d',
  '#d9463b',
  '#c42b21',
  '#a8231a',
  '#8a1d16',
  '#6d1812',
]

const dark: MantineColorsTuple = [
  '#e6e8ec',
  '#c3c8d1',
  '#a3aab6',
  '#8d95a3',
  '#3d424d',
  '#31353e',
  '#22262e',
  '#16181d',
  '#111317',
  '#0c0e11',
]

/** Sizes, type and colours of every Lockstep portal. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: 6,
  colors: { indigo, red, dark },
  black: '#1b1f26',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '28px' },
      h2: { fontSize: '16px', lineHeight: '24px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    // What helps and what is wrong is never smaller than the smallest type, whatever the field's size.
    InputWrapper: {
      vars: () => ({ description: { '--input-description-size': '12px' }, error: { '--input-error-size': '12px' } }),
    },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 100 }, overlayProps: { backgroundOpacity: 0.4 } },
    },
    Drawer: { defaultProps: { transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.4 } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 } } },
    Popover: { defaultProps: { transitionProps: { duration: 80 } } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 80 }, withArrow: true } },
  },
})

/** Colours that differ between the schemes; every pair of text and ground reaches 4.5, borders of fields reach 3. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#596170',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#3947b8',
    '--mantine-color-default-border': '#c9ced6',
    '--ls-ground': '#ffffff',
    '--ls-raised': '#f6f7f9',
    '--ls-hover': '#f0f2f5',
    '--ls-selected': '#eef0fd',
    '--ls-line': '#e1e4e9',
    '--ls-line-strong': '#868e9a',
    '--ls-accent': '#3947b8',
    '--ls-green': '#1a6b3c',
    '--ls-green-ground': '#e6f4ea',
    '--ls-amber': '#7a4b00',
    '--ls-amber-ground': '#fdf1dc',
    '--ls-red': '#b3261e',
    '--ls-red-ground': '#fdeceb',
    '--ls-blue': '#1c569f',
    '--ls-blue-ground': '#e8f1fc',
    '--ls-grey': '#4b5260',
    '--ls-grey-ground': '#eef0f3',
  },
  dark: {
    '--mantine-color-dimmed': '#a3aab6',
    '--mantine-color-placeholder': '#98a0ad',
    '--mantine-color-error': '#ff9d95',
    '--mantine-color-anchor': '#a3b0ff',
    '--mantine-color-default-border': '#454b57',
    '--mantine-color-default': '#1c1f26',
    '--mantine-color-default-hover': '#262a33',
    '--ls-ground': '#16181d',
    '--ls-raised': '#1c1f26',
    '--ls-hover': '#22262e',
    '--ls-selected': '#252a4a',
    '--ls-line': '#2d313a',
    '--ls-line-strong': '#757d8b',
    '--ls-accent': '#a3b0ff',
    '--ls-green': '#7bd49b',
    '--ls-green-ground': '#16301f',
    '--ls-amber': '#efc06a',
    '--ls-amber-ground': '#35280f',
    '--ls-red': '#ff9d95',
    '--ls-red-ground': '#3a1b1a',
    '--ls-blue': '#8fbff8',
    '--ls-blue-ground': '#172b45',
    '--ls-grey': '#b6bdc9',
    '--ls-grey-ground': '#2a2e37',
  },
})
