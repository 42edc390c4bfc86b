/** A rule: a domain in one of the three ways in which people write it. */
export function domainName(text: string): string | undefined {
  const domain = text.trim()
  if (domain === '') return 'Enter the domain, for instance corp.example.'
  const dns = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/iu
  const dn = /^DC=[^,;=]+([,;]\s*DC=[^,;=]+)+$/iu
  return dns.test(domain) || dn.test(domain) ? undefined : 'Write the domain as corp.example or DC=corp,DC=example.'
}
