/** A decision on one object of a domain. */
export interface Resolution {
  readonly guid: string
  readonly action: 'merge' | 'rename' | 'ignore'
  readonly name: string
  readonly userId: string | null
  readonly groupId: string | null
  readonly username: string | null
  readonly email: string | null
  readonly groupName: string | null
  readonly created: Date
}
