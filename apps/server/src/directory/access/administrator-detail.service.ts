import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Database } from '../../platform/db/database.ts'
import { requirePermission } from './access.rules.ts'
import * as store from './administrator.store.ts'
import * as apiKeys from './api-key.store.ts'
import * as sessions from './session.store.ts'

/** An administrator with what belongs to them, for gateways that show all of it. */
export interface AdministratorDetail extends store.AdministratorRow {
  readonly sessionCount: number
  readonly newestKey?: Pick<apiKeys.ApiKeyRow, 'prefix' | 'created' | 'expires'>
  /** A second factor is asked for at sign-in, or must be enrolled. */
  readonly usesSecondFactor: boolean
  /** Every administrator needs one. */
  readonly isForAll: boolean
}

export interface AdministratorDetailService {
  list(actor: Actor): Promise<readonly AdministratorDetail[]>
  get(actor: Actor, id: string): Promise<AdministratorDetail>
  /** The actor, who needs no permission for it; refuses with `not_found` when it is no administrator. */
  own(actor: Actor): Promise<AdministratorDetail>
}

export interface AdministratorDetailDependencies {
  readonly database: Database
  readonly requiresSecondFactor: () => Promise<boolean>
}

const listLimit = 1_000

export function createAdministratorDetailService({
  database,
  requiresSecondFactor,
}: AdministratorDetailDependencies): AdministratorDetailService {
  const detailed = async (rows: readonly store.AdministratorRow[]): Promise<readonly AdministratorDetail[]> => {
    const ids = rows.map(({ id }) => id)
    const [counts, keys, isForAll] = await Promise.all([
      sessions.countOf(database, ids),
      apiKeys.listNewestOf(database, ids),
      requiresSecondFactor(),
    ])
    return rows.map((row) => {
      const newestKey = keys.get(row.id)
      return {
        ...row,
        sessionCount: counts.get(row.id) ?? 0,
        ...(newestKey === undefined ? {} : { newestKey }),
        isForAll,
        usesSecondFactor: isForAll || row.secondFactorRequired || row.secondFactorSince !== null,
      }
    })
  }
  const find = async (id: string): Promise<AdministratorDetail> => {
    const row = await store.find(database, id)
    const [detail] = row === undefined ? [] : await detailed([row])
    if (detail === undefined) throw new AppError('not_found', { field: 'id' })
    return detail
  }
  return {
    async list(actor) {
      requirePermission(actor, 'administrators.read')
      return detailed(await store.list(database, listLimit))
    },
    async get(actor, id) {
      requirePermission(actor, 'administrators.read')
      return find(id)
    },
    async own(actor) {
      if (actor.kind !== 'administrator') throw new AppError('not_found')
      return find(actor.id)
    },
  }
}
