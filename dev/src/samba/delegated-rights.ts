import type { DomainPlan } from './domain-plan.ts'

/** Access control entries (SDDL, `{sid}` stands for the account's identifier) that one account receives on one object. */
export type Grant = { readonly accountName: string; readonly dn: string; readonly entries: readonly string[] }

// Schema identifiers of classes, of the attribute `member`, and of the right Reset-Password (MS-ADTS, section 5.1.3.2.1).
const userClass = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const groupClass = 'bf967a9c-0de6-11d0-a285-00aa003049e2'
const resetPassword = '00299570-246d-11d0-a768-00aa006e0529'

/** Lets an ordinary account see deleted objects, the one thing an import needs beyond what everybody may read. */
export function importGrants(plan: DomainPlan, accountName: string): readonly Grant[] {
  return [{ accountName, dn: `CN=Deleted Objects,${plan.baseDn}`, entries: ['(A;CI;LCRPLO;;;{sid})'] }]
}

/**
 * Lets an account create users, write their attributes and reset their passwords below the root user container, and create
 * groups and write them, members included, in the groups' place. Deleting and moving away stay refused.
 */
export function syncGrants(plan: DomainPlan, accountName: string): readonly Grant[] {
  return [
    {
      accountName,
      dn: plan.usersDn,
      entries: [
        `(OA;CI;CC;${userClass};;{sid})`,
        `(OA;CIIO;RPWP;;${userClass};{sid})`,
        `(OA;CIIO;CR;${resetPassword};${userClass};{sid})`,
      ],
    },
    {
      accountName,
      dn: plan.groupsDn,
      entries: [`(OA;CI;CC;${groupClass};;{sid})`, `(OA;CIIO;RPWP;;${groupClass};{sid})`],
    },
  ]
}
