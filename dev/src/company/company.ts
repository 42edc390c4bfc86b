import { assert } from '@lockstep/kernel/assert'
import { departments } from './departments.ts'
import type { Department } from './departments.ts'
import { makeGroups } from './groups.ts'
import type { Group } from './groups.ts'
import type { Person } from './person.ts'
import { makePersonFactory } from './person-factory.ts'
import type { PersonFactory } from './person-factory.ts'

/** A believable company; `people` has every manager before those who report to them. */
export type Company = {
  readonly name: string
  readonly departments: readonly Department[]
  readonly people: readonly Person[]
  readonly groups: readonly Group[]
  /** What the integration group holds; the people named are its direct members. */
  readonly integration: { readonly groupNames: readonly string[]; readonly usernames: readonly string[] }
}

const fewestPeople = 80
const leaverCount = 8
/** How many leavers were moved away, out of every group; the others are only disabled. */
const movedLeaverCount = 3
const reportsPerLead = 8

/** Makes a company, the same for the same arguments: pure, and no account in it is anybody's. */
export function makeCompany(options: { readonly people: number; readonly seed: number }): Company {
  assert(options.people >= fewestPeople, `a company has at least ${fewestPeople} people`)
  const factory = makePersonFactory(options.seed)
  const chief = factory.make({ department: 'Executive', title: 'Chief Executive Officer', logsIn: true })
  const chiefOfStaff = factory.make({ department: 'Executive', title: 'Chief of Staff', manager: chief })
  const others = specialPeople(factory, chief)
  const advisors = [1, 2, 3, 4].map(() =>
    factory.make({ department: 'Advisory Board', title: 'Advisor', manager: chief }),
  )
  const shared = options.people - 2 - others.length - advisors.length
  const staff = departments.flatMap((department) =>
    makeDepartment(factory, department, chief, headCount(department, shared)),
  )
  const people = withLeavers([chief, chiefOfStaff, ...staff, ...others, ...advisors])
  const contractor = others.find((person) => person.place === 'contractors')
  assert(contractor, 'a contractor belongs to the company')
  assert(people.length === options.people, 'the company has as many people as asked for')
  return {
    name: 'Northwind Instruments',
    departments,
    people,
    groups: makeGroups(people),
    integration: {
      groupNames: departments.map((department) => department.name),
      usernames: [chief.username, chiefOfStaff.username, contractor.username],
    },
  }
}

/** Largest first, the department listed first takes what rounding leaves. */
function headCount(department: Department, shared: number): number {
  const counts = departments.map((each) => Math.floor((each.share * shared) / 100))
  const left = shared - counts.reduce((sum, count) => sum + count, 0)
  const index = departments.indexOf(department)
  return (counts[index] ?? 0) + (index === 0 ? left : 0)
}

/** Those whom an import must handle apart: namesakes, half a name, a protected account, somebody out of scope. */
function specialPeople(factory: PersonFactory, chief: Person): readonly Person[] {
  const name = { given: 'Anna', surname: 'Müller|Mueller' }
  return [
    factory.make({ department: 'Marketing', title: 'Content Editor', manager: chief, name }),
    factory.make({ department: 'Finance', title: 'Accountant', manager: chief, name }),
    factory.make({ department: 'Sales', title: 'Account Executive', manager: chief, name: { given: 'Sukarni' } }),
    factory.make({
      department: 'Customer Success',
      title: 'Support Engineer',
      manager: chief,
      name: { surname: 'Okonkwo' },
    }),
    factory.make({ department: 'IT', title: 'Domain Administrator', manager: chief, isProtected: true, logsIn: true }),
    factory.make({ department: 'Engineering', title: 'Contractor', manager: chief, place: 'contractors' }),
  ]
}

/** A head who reports to the chief, leads who report to the head, everybody else to a lead of their team. */
function makeDepartment(
  factory: PersonFactory,
  department: Department,
  chief: Person,
  count: number,
): readonly Person[] {
  const name = department.name
  const head = factory.make({ department: name, title: department.head, manager: chief, logsIn: name === 'IT' })
  const teams = department.teams.length > 0 ? department.teams : [undefined]
  const leadCount = Math.max(teams.length, Math.ceil((count - 1) / (reportsPerLead + 1)))
  const leads: Person[] = []
  const reports: Person[] = []
  for (let index = 0; index < count - 1; index += 1) {
    const team = teams[index % teams.length]
    const place = { department: name, ...(team === undefined ? {} : { team }) }
    if (index < leadCount) {
      leads.push(factory.make({ ...place, title: `${team ?? name} Lead`, manager: head }))
      continue
    }
    const teamLeads = leads.filter((lead) => lead.team === team)
    const manager = teamLeads[reports.length % teamLeads.length] ?? head
    reports.push(factory.make({ ...place, title: factory.pickTitle(department), manager }))
  }
  return [head, ...leads, ...reports]
}

/** Makes leavers of ordinary people to whom nobody reports, spread over the company. */
function withLeavers(people: readonly Person[]): readonly Person[] {
  const superiors = new Set(people.map((person) => person.managerUsername))
  const candidates = people.filter((person) => person.team !== undefined && !superiors.has(person.username))
  const step = Math.floor(candidates.length / leaverCount)
  const leavers = Array.from({ length: leaverCount }, (_, index) => candidates[index * step])
  return people.map((person) => {
    const index = leavers.indexOf(person)
    if (index === -1) return person
    return { ...person, enabled: false, place: index < movedLeaverCount ? 'leavers' : person.place }
  })
}
