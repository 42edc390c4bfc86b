import type { HubClient } from '@lockstep/client/hub-client'
import type { UserCreate } from '@lockstep/contract/hub/user'
import { mailDomain } from '../company/person-factory.ts'
import type { Company } from '../company/company.ts'
import { companyScope } from '../company/company-scope.ts'

/** The group that the hub makes in the domain. */
export const projectGroupName = 'Project Aurora'

const person = (username: string, firstname: string, lastname: string, jobTitle: string): UserCreate => ({
  username,
  email: `${username}@${mailDomain}`,
  firstname,
  lastname,
  displayname: `${firstname} ${lastname}`,
  jobTitle,
  department: 'Research',
  company: 'Northwind Instruments',
})

/** People whom the hub knows first and the domain gets from it. */
export const hubPeople: readonly UserCreate[] = [
  person('nia.baptiste', 'Nia', 'Baptiste', 'Programme Lead'),
  person('tomasz.zielinski', 'Tomasz', 'Zieliński', 'Optical Engineer'),
  person('ines.carvalho', 'Inês', 'Carvalho', 'Data Scientist'),
  person('kofi.asante', 'Kofi', 'Asante', 'Firmware Engineer'),
  person('yuki.tanabe', 'Yuki', 'Tanabe', 'Test Engineer'),
]

const pageRows = 200

/** Makes the people and their group where they are missing, and binds the group to the domain when there is one. */
export async function addHubPeople(hub: HubClient, directoryId: string | undefined): Promise<void> {
  const known = new Map((await listUsers(hub)).map((user) => [user.username, user.id]))
  const ids: string[] = []
  for (const each of hubPeople) ids.push(known.get(each.username) ?? (await hub.users.create(each)).id)
  const found = (await hub.groups.list({ search: projectGroupName })).items.find(
    (candidate) => candidate.name === projectGroupName,
  )
  const group =
    found ?? (await hub.groups.create({ name: projectGroupName, description: 'Everybody who works on the new probe' }))
  const members = new Set(
    (await hub.groups.members(group.id, { limit: pageRows })).items.map((member) => member.userId),
  )
  for (const id of ids.filter((each) => !members.has(each))) await hub.groups.addMember(group.id, id)
  if (directoryId === undefined) return
  const { directories } = await hub.groups.get(group.id)
  if (!directories.some((each) => each.directoryId === directoryId)) await hub.groups.bind(group.id, directoryId)
}

/** Without a domain: the company itself, as far as it would have come from there. */
export async function addCompany(hub: HubClient, company: Company): Promise<void> {
  const ids = new Map((await listUsers(hub)).map((user) => [user.username, user.id]))
  const scope = new Set(companyScope(company).usernames)
  for (const each of company.people) {
    if (!scope.has(each.username) || ids.has(each.username)) continue
    const manager = ids.get(each.managerUsername ?? '')
    const { id } = await hub.users.create({
      username: each.username,
      email: each.email,
      firstname: each.givenName ?? '',
      lastname: each.surname ?? '',
      displayname: each.displayName,
      jobTitle: each.title,
      department: each.department,
      company: company.name,
      location: each.office,
      employeeIdentifier: each.employeeId,
      ...(manager === undefined ? {} : { manager }),
    })
    ids.set(each.username, id)
  }
}

/** Everybody in the hub, or in one of its directories. */
export async function listUsers(
  hub: HubClient,
  directoryId?: string,
): Promise<readonly { readonly id: string; readonly username: string }[]> {
  const users: { readonly id: string; readonly username: string }[] = []
  const filter = directoryId === undefined ? {} : { directoryId }
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: Awaited<ReturnType<HubClient['users']['list']>> = await hub.users.list({
      ...filter,
      limit: pageRows,
      ...(after === '' ? {} : { after }),
    })
    users.push(...page.items)
    after = page.next
  }
  return users
}
