/** Where a person's account lies: the first place is inside the root user container, the others are outside. */
export type Place = 'people' | 'leavers' | 'contractors'

/** One person of the company. */
export type Person = {
  readonly givenName?: string
  readonly surname?: string
  readonly displayName: string
  /** Unique in any letter case, ASCII, at most 20 characters. */
  readonly username: string
  readonly email: string
  readonly title: string
  readonly department: string
  readonly team?: string
  readonly office: string
  readonly phone: string
  readonly employeeId: string
  readonly managerUsername?: string
  readonly enabled: boolean
  readonly hireYear: number
  readonly place: Place
  /** The account carries adminCount=1 and the access list of protected accounts. */
  readonly isProtected: boolean
  /** Only these accounts have a password, since hashing one takes Samba 16 ms. */
  readonly logsIn: boolean
}
