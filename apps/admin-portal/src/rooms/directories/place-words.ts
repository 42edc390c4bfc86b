/** The places of a domain by the names of their settings. */
export const placeNames: Readonly<Record<string, string>> = {
  rootDn: 'Root container',
  furtherRootDns: 'Further root containers',
  integrationGroupDn: 'Integration group',
  userContainerDn: 'Container for new users',
  groupContainerDn: 'Container for new groups',
  containerRules: 'Containers by rule',
  upnSuffix: 'Suffix of long logon names',
}

/** A text of the hub with its settings called as the forms call them. */
export function inWords(text: string): string {
  return text.replaceAll(
    /\b(rootDn|furtherRootDns|integrationGroupDn|userContainerDn|groupContainerDn|containerRules)(\.\d+)?(\.containerDn)?:/gu,
    (match) => {
      const name = match.replace(/(\.\d+)?(\.containerDn)?:$/u, '')
      return `${placeNames[name] ?? name}:`
    },
  )
}
