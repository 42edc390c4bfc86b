import { createPasswordService, type PasswordServiceOptions } from '../../directory/users/password.service.ts'
import { createUserBulkService } from '../../directory/users/user-bulk.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { type BulkActionService, createBulkActionService } from './bulk-action.service.ts'
import { type BulkJobOptions, type BulkJobService, createBulkJobService } from './bulk-job.service.ts'
import { createScheduledStateService, type ScheduledStateService } from './scheduled-state.service.ts'

/** Everything durable that changes many users. */
export interface Bulk {
  readonly bulkActions: BulkActionService
  readonly bulkJobs: BulkJobService
  readonly scheduledStates: ScheduledStateService
}

export interface BulkOptions extends Omit<BulkJobOptions, 'userBulk'>, PasswordServiceOptions {
  readonly users: Pick<UserService, 'list' | 'findMany'>
}

export function createBulk(options: BulkOptions): Bulk {
  const userBulk = createUserBulkService({ passwords: createPasswordService(options) })
  return {
    bulkActions: createBulkActionService(options),
    bulkJobs: createBulkJobService({ ...options, userBulk }),
    scheduledStates: createScheduledStateService({ ...options, userBulk }),
  }
}
