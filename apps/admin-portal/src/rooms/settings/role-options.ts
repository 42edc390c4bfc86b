import { roleNames } from '../../session/access.ts'

/** The roles to choose from, strongest first. */
export const roleOptions = Object.entries(roleNames).map(([value, label]) => ({ value, label }))
