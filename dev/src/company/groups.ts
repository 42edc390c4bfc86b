import { departments } from './departments.ts'
import type { Person } from './person.ts'

/** A security group; `groupNames` are the groups nested in it. */
export type Group = {
  readonly name: string
  readonly description: string
  readonly usernames: readonly string[]
  readonly groupNames: readonly string[]
}

/** Nested in Platform and holding Platform: a cycle, which Active Directory allows. */
const onCallGroupName = 'On-Call'

/**
 * Derives a company's groups: one for each department holding its people without a team and its teams' groups, one for all
 * staff, some that cross departments, and two that hold each other.
 */
export function makeGroups(people: readonly Person[]): readonly Group[] {
  const present = people.filter((person) => person.place !== 'leavers')
  const usernames = (keep: (person: Person) => boolean): readonly string[] =>
    present.filter(keep).map((person) => person.username)
  const inDepartments = departments.flatMap((department) => {
    const isOwn = (person: Person): boolean => person.department === department.name && person.place === 'people'
    const own = {
      name: department.name,
      description: `Everybody in ${department.name}`,
      usernames: usernames((person) => isOwn(person) && person.team === undefined),
      groupNames: department.teams,
    }
    const teams = department.teams.map((team) => ({
      name: team,
      description: `Team of ${department.name}`,
      usernames: usernames((person) => isOwn(person) && person.team === team),
      groupNames: team === 'Platform' ? [onCallGroupName] : [],
    }))
    return [own, ...teams]
  })
  const isLead = (person: Person): boolean => person.title.endsWith(' Lead')
  return [
    ...inDepartments,
    {
      name: onCallGroupName,
      description: 'Who carries the pager; holds Platform, which holds it',
      usernames: usernames((person) => person.title === 'Site Reliability Engineer'),
      groupNames: ['Platform'],
    },
    {
      name: 'All Staff',
      description: 'Everybody who works here',
      usernames: usernames((person) => person.enabled && person.place === 'people'),
      groupNames: [],
    },
    { name: 'Team Leads', description: 'Everybody who leads a team', usernames: usernames(isLead), groupNames: [] },
    {
      name: 'Berlin Office',
      description: 'Door and printers in Berlin',
      usernames: usernames((person) => person.office === 'Berlin'),
      groupNames: [],
    },
  ]
}
