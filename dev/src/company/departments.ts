/** A department, its teams (each becomes a group inside the department's group) and the titles of its people. */
export type Department = {
  readonly name: string
  /** Out of a hundred people. */
  readonly share: number
  readonly head: string
  readonly titles: readonly string[]
  readonly teams: readonly string[]
}

export const departments: readonly Department[] = [
  {
    name: 'Engineering',
    share: 32,
    head: 'Vice President of Engineering',
    titles: ['Software Engineer', 'Senior Software Engineer', 'Site Reliability Engineer', 'Test Engineer'],
    teams: ['Platform', 'Mobile', 'Web', 'Quality'],
  },
  {
    name: 'Product',
    share: 8,
    head: 'Chief Product Officer',
    titles: ['Product Owner', 'Product Designer', 'User Researcher'],
    teams: ['Design'],
  },
  {
    name: 'Sales',
    share: 16,
    head: 'Vice President of Sales',
    titles: ['Account Executive', 'Sales Engineer', 'Sales Development Representative'],
    teams: ['Sales Europe', 'Sales Americas'],
  },
  {
    name: 'Customer Success',
    share: 12,
    head: 'Head of Customer Success',
    titles: ['Support Engineer', 'Customer Success Partner', 'Onboarding Specialist'],
    teams: ['Support'],
  },
  {
    name: 'Marketing',
    share: 8,
    head: 'Head of Marketing',
    titles: ['Content Editor', 'Campaign Specialist', 'Events Coordinator'],
    teams: [],
  },
  {
    name: 'Finance',
    share: 8,
    head: 'Chief Financial Officer',
    titles: ['Accountant', 'Financial Analyst', 'Payroll Specialist'],
    teams: ['Payroll'],
  },
  {
    name: 'People',
    share: 6,
    head: 'Head of People',
    titles: ['People Partner', 'Recruiter', 'Learning Specialist'],
    teams: ['Recruiting'],
  },
  {
    name: 'IT',
    share: 6,
    head: 'Head of IT',
    titles: ['System Administrator', 'Help Desk Technician', 'Security Analyst'],
    teams: ['Help Desk'],
  },
  { name: 'Legal', share: 4, head: 'General Counsel', titles: ['Legal Counsel', 'Compliance Officer'], teams: [] },
]

/** An office with the start of its telephone numbers, all from ranges that the regulators keep for fiction. */
export type Office = { readonly name: string; readonly phonePrefix: string; readonly phoneDigits: number }

export const offices: readonly Office[] = [
  { name: 'Berlin', phonePrefix: '+49 30 23125 ', phoneDigits: 3 },
  { name: 'London', phonePrefix: '+44 20 7946 0', phoneDigits: 3 },
  { name: 'Paris', phonePrefix: '+33 1 99 00 ', phoneDigits: 4 },
  { name: 'Dublin', phonePrefix: '+353 20 910 ', phoneDigits: 4 },
]
