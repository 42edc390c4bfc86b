/** What an administrator should know of an agent's version, compared with the hub's and with those of the domain's other agents. */
export function versionWarnings(version: string | null, others: readonly string[], offered: string): readonly string[] {
  if (version === null) return []
  const warnings: string[] = []
  if (version !== offered)
    warnings.push(
      `The agent has version ${version}, the hub ${offered}. Replace the agent's file by the one the hub offers, then start it again.`,
    )
  const different = [...new Set(others)].filter((other) => other !== version).toSorted()
  if (different.length > 0)
    warnings.push(
      `Other agents of this directory have version ${different.join(', ')}. Bring all to one version, so that nothing changes when another becomes primary.`,
    )
  return warnings
}
