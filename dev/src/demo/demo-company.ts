import { type Company, makeCompany } from '../company/company.ts'

/** The company of every demo; the same seed makes the same company, so that its domain is found in the cache. */
export const demoCompany: Company = makeCompany({ people: 200, seed: 1 })
