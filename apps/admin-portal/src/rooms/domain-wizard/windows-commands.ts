import { type PreparedDomain, serviceAccounts } from './domain-places.ts'

/** A text within single quotes of PowerShell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A distinguished name within double quotes of PowerShell, as dsacls takes it. */
function named(dn: string): string {
  return `"${dn.replaceAll(/[`"$]/gu, '`$&')}"`
}

/**
 * PowerShell, to be run once by a domain administrator: the service accounts, the integration group, and no more rights than the agents
 * need (dsacls; the same entries as the commands for Samba).
 */
export function windowsCommands(domain: PreparedDomain): string {
  const imports = domain.kinds.includes('IMPORT')
  const writes = domain.kinds.includes('SYNC')
  return [
    'Import-Module ActiveDirectory',
    '$netbios = (Get-ADDomain).NetBIOSName',
    '',
    '# Service accounts: ordinary users, members of no group of administrators',
    ...domain.kinds.flatMap((kind) => accountLines(serviceAccounts[kind], domain.baseDn)),
    '',
    '# The integration group',
    ...groupLines(domain),
    ...(imports ? ['', '# Import agent: sees deleted objects', ...importLines(domain)] : []),
    ...(writes ? ['', '# Sync agent: makes and writes users and groups, deletes nothing', ...syncLines(domain)] : []),
  ].join('\n')
}

function accountLines(name: string, baseDn: string): readonly string[] {
  const options = [
    `-Name ${quoted(name)} -SamAccountName ${quoted(name)}`,
    `-Path ${quoted(`CN=Users,${baseDn}`)}`,
    `-AccountPassword (Read-Host -AsSecureString ${quoted(`New password of ${name}`)})`,
    '-PasswordNeverExpires $true -CannotChangePassword $true -Enabled $true',
  ]
  return [`New-ADUser ${options.join(' `\n  ')}`]
}

function groupLines({ group }: PreparedDomain): readonly string[] {
  const { name, place, dn } = group
  return [
    `if (-not (Get-ADObject -LDAPFilter ${quoted(`(distinguishedName=${dn})`)})) {`,
    `  New-ADGroup -Name ${quoted(name)} -GroupScope Global -GroupCategory Security -Path ${quoted(place)}`,
    '}',
  ]
}

function importLines({ baseDn }: PreparedDomain): readonly string[] {
  const place = named(`CN=Deleted Objects,${baseDn}`)
  return [`dsacls ${place} /takeownership`, `dsacls ${place} /G "\${netbios}\\${serviceAccounts.IMPORT}:LCRPLO"`]
}

function syncLines({ userPlaces, groupPlace, group }: PreparedDomain): readonly string[] {
  const to = (right: string): string => `"\${netbios}\\${serviceAccounts.SYNC}:${right}"`
  return [
    ...userPlaces.flatMap((place) => [
      `dsacls ${named(place)} /I:T /G ${to('CC;user')}`,
      `dsacls ${named(place)} /I:S /G ${to('RPWP;;user')}`,
      `dsacls ${named(place)} /I:S /G ${to('CA;Reset Password;user')}`,
    ]),
    `dsacls ${named(groupPlace)} /I:T /G ${to('CC;group')}`,
    `dsacls ${named(groupPlace)} /I:S /G ${to('RPWP;;group')}`,
    ...(group.isCovered ? [] : [`dsacls ${named(group.dn)} /G ${to('RPWP;member')}`]),
  ]
}
