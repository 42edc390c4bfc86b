import { createPasswordService, type PasswordServiceOptions } from '../../directory/users/password.service.ts'
import { createUserBulkService } from '../../directory/users/user-bulk.service.ts'
import { type BulkJobOptions, type BulkJobService, createBulkJobService } from './bulk-job.service.ts'
import { createScheduledStateService, type ScheduledStateService } from './scheduled-state.service.ts'

/** Everything durable that changes many users. */
export interface Bulk {
  readonly bulkJobs: BulkJobService
  readonly scheduledStates: ScheduledStateService
}

export function createBulk(options: Omit<BulkJobOptions, 'userBulk'> & PasswordServiceOptions): Bulk {
  const userBulk = createUserBulkService({ passwords: createPasswordService(options) })
  return {
    bulkJobs: createBulkJobService({ ...options, userBulk }),
    scheduledStates: createScheduledStateService({ ...options, userBulk }),
  }
}
