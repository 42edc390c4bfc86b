import { offices } from './departments.ts'
import type { Department } from './departments.ts'
import { namePools } from './names.ts'
import type { NamePool } from './names.ts'
import type { Person, Place } from './person.ts'
import { makeRandomSource } from './random-source.ts'
import type { RandomSource } from './random-source.ts'
import { makeUsername } from './username.ts'

/** What is decided about a person; the factory invents the rest. */
export type PersonPlan = {
  readonly department: string
  readonly title: string
  readonly team?: string
  readonly manager?: Person
  readonly place?: Place
  readonly isProtected?: boolean
  readonly logsIn?: boolean
  /** A fixed name, in the notation of the name pools; a missing part stays missing. */
  readonly name?: { readonly given?: string; readonly surname?: string }
}

/** Makes the people of one company, no two with one username, employee number or telephone number. */
export type PersonFactory = { make(plan: PersonPlan): Person; pickTitle(department: Department): string }

type Name = {
  readonly given?: string
  readonly surname?: string
  readonly display: string
  readonly latinGiven: string
  readonly latinSurname: string
}

/** The company's mail domain; `.example` is reserved (RFC 2606). */
export const mailDomain = 'northwind.example'
const firstEmployeeNumber = 10_000
const oldestHireYear = 2008
const newestHireYear = 2025

/** Starts a factory whose people depend on the seed and on the order of the calls. */
export function makePersonFactory(seed: number): PersonFactory {
  const random = makeRandomSource(seed)
  const takenUsernames = new Set<string>()
  const takenNames = new Set<string>()
  const weightedPools = namePools.flatMap((pool) => Array.from({ length: pool.weight }, () => pool))
  let count = 0

  const make = (plan: PersonPlan): Person => {
    const name = plan.name ? fixedName(plan.name) : freshName(random, weightedPools, takenNames)
    const username = makeUsername(name.latinGiven, name.latinSurname, takenUsernames)
    const office = random.pick(offices)
    const number = count
    count += 1
    return {
      ...(name.given === undefined ? {} : { givenName: name.given }),
      ...(name.surname === undefined ? {} : { surname: name.surname }),
      displayName: name.display,
      username,
      email: `${username}@${mailDomain}`,
      title: plan.title,
      department: plan.department,
      ...(plan.team === undefined ? {} : { team: plan.team }),
      office: office.name,
      phone: office.phonePrefix + String(number % 10 ** office.phoneDigits).padStart(office.phoneDigits, '0'),
      employeeId: String(firstEmployeeNumber + number),
      ...(plan.manager === undefined ? {} : { managerUsername: plan.manager.username }),
      enabled: true,
      hireYear: oldestHireYear + random.below(newestHireYear - oldestHireYear + 1),
      place: plan.place ?? 'people',
      isProtected: plan.isProtected ?? false,
      logsIn: plan.logsIn ?? false,
    }
  }
  return { make, pickTitle: (department) => random.pick(department.titles) }
}

/** Namesakes are the exception: a name that is taken is drawn again, but not for ever. */
function freshName(random: RandomSource, pools: readonly NamePool[], taken: Set<string>): Name {
  for (let attempt = 0; ; attempt += 1) {
    const pool = random.pick(pools)
    const name = nameOf(random.pick(pool.given), random.pick(pool.surnames), pool.isSurnameFirst ?? false)
    if (taken.has(name.display) && attempt < 20) continue
    taken.add(name.display)
    return name
  }
}

function nameOf(givenText: string, surnameText: string, isSurnameFirst: boolean): Name {
  const [given = '', latinGiven = given] = givenText.split('|')
  const [surname = '', latinSurname = surname] = surnameText.split('|')
  // Chinese characters are written without a space between surname and given name.
  const separator = /\p{Script=Han}/u.test(surname) ? '' : ' '
  const display = isSurnameFirst ? surname + separator + given : given + separator + surname
  return { given, surname, display, latinGiven, latinSurname }
}

function fixedName(name: { readonly given?: string; readonly surname?: string }): Name {
  if (name.given !== undefined && name.surname !== undefined) return nameOf(name.given, name.surname, false)
  const { given, surname } = name
  const display = given ?? surname ?? ''
  return {
    ...(given === undefined ? {} : { given }),
    ...(surname === undefined ? {} : { surname }),
    display,
    latinGiven: given ?? '',
    latinSurname: surname ?? '',
  }
}
