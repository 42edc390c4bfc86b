import { type PreparedDomain, serviceAccountDn, serviceAccounts } from './domain-places.ts'

// Schema identifiers of classes and of the attribute `member`, and of the right Reset-Password (MS-ADTS, section 5.1.3.2.1).
const userClass = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const groupClass = 'bf967a9c-0de6-11d0-a285-00aa003049e2'
const memberAttribute = 'bf9679c0-0de6-11d0-a285-00aa003049e2'
const resetPassword = '00299570-246d-11d0-a768-00aa006e0529'

/** A text within single quotes of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** Shell commands, to be run once as root on a Samba domain controller; the same rights as the commands for Windows. */
export function sambaCommands(domain: PreparedDomain): string {
  return [
    '# Service accounts: ordinary users, members of no group of administrators. Each command asks for a password.',
    ...domain.kinds.flatMap((kind) => [
      `samba-tool user create ${serviceAccounts[kind]}`,
      `samba-tool user setexpiry ${serviceAccounts[kind]} --noexpiry`,
    ]),
    '',
    '# The integration group; an error says that it is there already',
    groupLine(domain),
    ...(domain.kinds.includes('IMPORT') ? ['', '# Import agent: sees deleted objects', ...importLines(domain)] : []),
    ...(domain.kinds.includes('SYNC')
      ? ['', '# Sync agent: makes and writes users and groups, deletes nothing', ...syncLines(domain)]
      : []),
  ].join('\n')
}

function groupLine({ baseDn, group }: PreparedDomain): string {
  const place = group.place.toLowerCase().endsWith(`,${baseDn.toLowerCase()}`)
    ? group.place.slice(0, -baseDn.length - 1)
    : group.place
  const where = place.toLowerCase() === 'cn=users' ? '' : ` --groupou=${quoted(place)}`
  return `samba-tool group add ${quoted(group.name)}${where}`
}

/** Reading the identifier of an account into a variable. */
function identifierLine(name: string): string {
  return `SID=$(samba-tool user show ${name} --attributes=objectSid | sed -n 's/^objectSid: //p')`
}

/** samba-tool does not reach the container of deleted objects, so Samba's own Python does. */
function importLines({ baseDn }: PreparedDomain): readonly string[] {
  return [
    identifierLine(serviceAccounts.IMPORT),
    `/usr/bin/python3 - "$SID" ${quoted(`CN=Deleted Objects,${baseDn}`)} <<'END'`,
    'import sys, ldb',
    'from samba.auth import system_session',
    'from samba.dcerpc import security',
    'from samba.ndr import ndr_pack, ndr_unpack',
    'from samba.param import LoadParm',
    'from samba.samdb import SamDB',
    'settings = LoadParm()',
    'settings.load_default()',
    'directory = SamDB(session_info=system_session(), lp=settings)',
    'controls = ["sd_flags:1:4", "show_deleted:1"]',
    'found = directory.search(sys.argv[2], ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"], controls=controls)',
    'rights = ndr_unpack(security.descriptor, found[0]["nTSecurityDescriptor"][0])',
    'domain = security.dom_sid(directory.get_domain_sid())',
    'entry = security.descriptor.from_sddl("D:(A;CI;LCRPLO;;;%s)" % sys.argv[1], domain)',
    'rights.dacl_add(entry.dacl.aces[0])',
    'change = ldb.Message(ldb.Dn(directory, sys.argv[2]))',
    'change["r"] = ldb.MessageElement(ndr_pack(rights), ldb.FLAG_MOD_REPLACE, "nTSecurityDescriptor")',
    'directory.modify(change, controls=controls)',
    'END',
  ]
}

function syncLines({ baseDn, userPlaces, groupPlace, group }: PreparedDomain): readonly string[] {
  const grant = (place: string, entries: string): string =>
    `samba-tool dsacl set --objectdn=${quoted(place)} --trusteedn=${quoted(serviceAccountDn('SYNC', baseDn))} --sddl="${entries}"`
  return [
    identifierLine(serviceAccounts.SYNC),
    ...userPlaces.map((place) =>
      grant(
        place,
        `(OA;CI;CC;${userClass};;$SID)(OA;CIIO;RPWP;;${userClass};$SID)(OA;CIIO;CR;${resetPassword};${userClass};$SID)`,
      ),
    ),
    grant(groupPlace, `(OA;CI;CC;${groupClass};;$SID)(OA;CIIO;RPWP;;${groupClass};$SID)`),
    ...(group.isCovered ? [] : [grant(group.dn, `(OA;;RPWP;${memberAttribute};;$SID)`)]),
  ]
}
