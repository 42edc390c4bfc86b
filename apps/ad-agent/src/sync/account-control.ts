// userAccountControl (MS-ADTS 2.2.16)
const disabledBit = 0x2

/** The value of a new account: normal and disabled. */
export const newAccountControl = 0x202

/** Whether an account may sign in as far as this value decides. */
export function isEnabled(accountControl: number): boolean {
  return (accountControl & disabledBit) === 0
}

/** The value with the one bit that the hub owns; all others stay what they are. */
export function withEnabled(accountControl: number, wanted: 'enable' | 'disable' | 'keep'): number {
  if (wanted === 'keep') return accountControl
  return wanted === 'enable' ? accountControl & ~disabledBit : accountControl | disabledBit
}
