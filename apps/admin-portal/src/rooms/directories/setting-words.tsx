import type { ReactNode } from 'react'
import { behaviourQuestions } from '../../words/behaviour-words.ts'
import { captureWords } from '../../words/capture-words.ts'
import { fieldAuthorities } from '../../words/configuration-words.ts'
import { importQuestions } from '../../words/import-words.ts'
import { fieldName } from '../../words/words.ts'
import { placeNames } from './place-words.ts'

const names: Readonly<Record<string, string>> = {
  ...placeNames,
  additionalAttributes: 'Additional attributes',
  excludedFields: 'Left out of them',
  movesAccounts: 'Existing accounts follow rules',
  adminGroup: 'Group whose members have sudo',
  passwordCapture: 'Passwords are captured by',
  fieldAuthority: 'Who decides on a field',
}

function questionOf(field: string) {
  return [...behaviourQuestions, ...importQuestions].find((each) => each.field === field)
}

/** What a setting of a domain is called. */
export function settingName(field: string): string {
  return questionOf(field)?.question ?? names[field] ?? field
}

/** The value of a setting as its form shows it; undefined for what reads well as it is. */
export function settingWords(field: string, value: unknown): ReactNode {
  if (field === 'additionalAttributes') return value === true ? 'imported' : 'not imported'
  if (field === 'adminGroup' && value === '') return 'none'
  if (field === 'excludedFields' && Array.isArray(value))
    return value.length === 0 ? 'none' : value.map((each) => fieldName(String(each))).join(', ')
  if (field === 'passwordCapture' && Array.isArray(value)) return captureText(value)
  if (field === 'movesAccounts') return value === true ? 'yes' : 'no'
  if (field === 'containerRules' && Array.isArray(value)) return value.length === 0 ? 'none' : value.join('; ')
  if (field === 'furtherRootDns' && Array.isArray(value)) return value.length === 0 ? 'none' : value.join('; ')
  if (field === 'fieldAuthority' && typeof value === 'object' && value !== null) return authorityText(value)
  return questionOf(field)?.choices.find((choice) => choice.value === value)?.label
}

function captureText(ways: readonly unknown[]): string {
  const labels = captureWords.filter(({ way }) => ways.includes(way)).map(({ label }) => label)
  return labels.length === 0 ? 'nothing' : labels.join(', ')
}

function authorityText(value: object): string {
  const words: Readonly<Record<string, string>> = fieldAuthorities
  const parts = Object.entries(value).map(([field, who]) => `${fieldName(field)}: ${words[String(who)] ?? String(who)}`)
  return parts.length === 0 ? 'Active Directory on all fields' : parts.join(', ')
}
