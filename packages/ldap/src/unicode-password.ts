import type { Change } from './request.ts'

/** The form in which Active Directory takes a password: in quotation marks, UTF-16LE (MS-ADTS 3.1.1.3.1.5). */
function unicodePassword(password: string): Buffer {
  return Buffer.from(`"${password}"`, 'utf16le')
}

/** A reset by someone with the right to: history is not checked. Usable beside other changes of one modify. */
export function setPasswordChange(password: string): Change {
  return { operation: 'replace', attribute: 'unicodePwd', values: [unicodePassword(password)] }
}

/** A change by the account itself or on its behalf: the old password must be right, history and minimum age are checked. */
export function changePasswordChanges(oldPassword: string, newPassword: string): readonly Change[] {
  return [
    { operation: 'delete', attribute: 'unicodePwd', values: [unicodePassword(oldPassword)] },
    { operation: 'add', attribute: 'unicodePwd', values: [unicodePassword(newPassword)] },
  ]
}
