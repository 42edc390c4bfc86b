/** For the button that shows what was typed into a field of a password: named, and reached with the keyboard. */
export const showPassword = { 'aria-label': 'Show password', tabIndex: 0 } as const
