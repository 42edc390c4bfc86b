// The rights that the agents need, each with the commands that give it on Windows and Samba. Docs: active-directory.md, “Rights”.
import type { Account } from './account.ts'

/** Schema identifiers of classes, an attribute and an extended right (MS-ADTS 5.1.3.2.1). */
export const schemaIds = {
  user: 'bf967aba-0de6-11d0-a285-00aa003049e2',
  group: 'bf967a9c-0de6-11d0-a285-00aa003049e2',
  member: 'bf9679c0-0de6-11d0-a285-00aa003049e2',
  resetPassword: '00299570-246d-11d0-a768-00aa006e0529',
} as const

interface Grant {
  readonly dn: string
  readonly dsacls: string
  /** With `SID` for the account. */
  readonly sddl: string
}

/** The commands that give a right. */
function commands({ dn, dsacls, sddl }: Grant, { principal, sid, dn: accountDn }: Account): readonly string[] {
  const entry = sddl.replaceAll('SID', sid)
  return [
    `dsacls "${dn}" ${dsacls.replaceAll('ACCOUNT', principal)}`,
    `(Samba: samba-tool dsacl set --objectdn="${dn}" --trusteedn="${accountDn}" --sddl="${entry}")`,
  ]
}

type ChildClass = 'user' | 'group'

export function createGrant(dn: string, child: ChildClass, account: Account): readonly string[] {
  return commands({ dn, dsacls: `/I:T /G "ACCOUNT:CC;${child}"`, sddl: `(OA;CI;CC;${schemaIds[child]};;SID)` }, account)
}

export function writeGrant(dn: string, child: ChildClass, account: Account): readonly string[] {
  const sddl = `(OA;CIIO;RPWP;;${schemaIds[child]};SID)`
  return commands({ dn, dsacls: `/I:S /G "ACCOUNT:RPWP;;${child}"`, sddl }, account)
}

export function resetGrant(dn: string, account: Account): readonly string[] {
  const sddl = `(OA;CIIO;CR;${schemaIds.resetPassword};${schemaIds.user};SID)`
  return commands({ dn, dsacls: '/I:S /G "ACCOUNT:CA;Reset Password;user"', sddl }, account)
}

export function memberGrant(dn: string, account: Account): readonly string[] {
  return commands({ dn, dsacls: '/G "ACCOUNT:RPWP;member"', sddl: `(OA;;RPWP;${schemaIds.member};;SID)` }, account)
}

export function readGrant(dn: string, account: Account): readonly string[] {
  return commands({ dn, dsacls: '/I:T /G "ACCOUNT:GR"', sddl: '(A;CI;LCRPRC;;;SID)' }, account)
}

/** The container of deleted objects is a deleted object itself, which samba-tool does not find. */
export function deletedObjectsGrant(baseDn: string, { principal, sid }: Account): readonly string[] {
  const dn = `CN=Deleted Objects,${baseDn}`
  return [
    `dsacls "${dn}" /takeownership`,
    `dsacls "${dn}" /G "${principal}:LCRPLO"`,
    `(Samba: add (A;CI;LCRPLO;;;${sid}) to its nTSecurityDescriptor with the control show_deleted)`,
  ]
}
