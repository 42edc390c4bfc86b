import { isIP } from 'node:net'
import type { AgentPlace } from '@lockstep/contract/agents/sign-in-check'

/**
 * Where the agent runs, by the address at which the domain controller answers: an address of this machine means on it. Undefined when the
 * address is not known.
 */
export function placeOf(remoteAddress: string | undefined, ownAddresses: readonly string[]): AgentPlace | undefined {
  if (remoteAddress === undefined || isIP(remoteAddress) === 0) return undefined
  const address = plain(remoteAddress)
  const isOwn = address === '::1' || address.startsWith('127.') || ownAddresses.map(plain).includes(address)
  return isOwn ? 'domain_controller' : 'member_server'
}

/** IPv4 addresses as IPv6 sockets show them are the same addresses; zones are of no concern. */
function plain(address: string): string {
  return address
    .toLowerCase()
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/, '')
}
