import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { checkServerIdentity, connect, type DetailedPeerCertificate } from 'node:tls'
import type { AgentFile } from '../agent/agent-file.ts'
import { type Finding, note, ok, wrong } from './finding.ts'

/** What a look at a server's certificate brought. */
export interface CertificateFacts {
  /** Why the chain is not trusted: a code of Node's (`SELF_SIGNED_CERT_IN_CHAIN`, …). */
  readonly chainError: string | undefined
  readonly nameError: string | undefined
  readonly names: string
  readonly issuer: string
  readonly validFrom: Date
  readonly validTo: Date
}

const timeoutMs = 5000
const dayMs = 24 * 60 * 60 * 1000
/** A certificate that ends within this time is told. */
const renewalDays = 30

/** Host and port of the address, and the name that the certificate has to carry. */
export function placeOf({ url, servername }: AgentFile['directory']): { host: string; port: number; name: string } {
  const parsed = new URL(url)
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  return { host, port: parsed.port === '' ? 636 : Number(parsed.port), name: servername ?? host }
}

/** Whether a host name is known to this machine. */
export async function checkName(name: string, host: string): Promise<Finding> {
  if (isIP(host) !== 0) return ok(name, `${host} is an address; no name has to be found`)
  try {
    const { address } = await lookup(host)
    return ok(name, `${host} is ${address}`)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const advice =
      'Give this machine a DNS server that knows the domain (its domain controllers do), or use a name that it knows.'
    return wrong(name, `${host} is not known to this machine (${code})`, advice, `Look: nslookup ${host}`)
  }
}

/** Which domain controllers the DNS names; only advice, because the agent uses the address it was given. */
export async function checkServiceRecords(domain: string, configuredName: string): Promise<Finding> {
  const name = 'domain in DNS'
  const record = `_ldap._tcp.dc._msdcs.${domain}`
  try {
    const found = await new Resolver({ timeout: 2000, tries: 1 }).resolveSrv(record)
    const hosts = found.map((each) => each.name.toLowerCase())
    if (hosts.includes(configuredName.toLowerCase()))
      return ok(name, `${hosts.length} domain controllers, this one among them`)
    const text = `the DNS names ${hosts.join(', ')} as domain controllers of ${domain}, and not ${configuredName}`
    return note(name, text, 'Check that the configured address still is a domain controller of this domain.')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    return note(name, `${record} is not found (${code}); the agent does not need it, because it was given an address`)
  }
}

/** Looks at the certificate without trusting it; rejects with the socket's error when nobody answers. */
export function lookAtCertificate(directory: AgentFile['directory']): Promise<CertificateFacts> {
  const { host, port, name } = placeOf(directory)
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      // Nothing is sent over this connection but the greeting; the agent's own refuses what is not trusted.
      rejectUnauthorized: false,
      // A name that does not fit is told apart from a chain that is not trusted.
      checkServerIdentity: () => undefined,
      timeout: timeoutMs,
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...(directory.ca === undefined ? {} : { ca: directory.ca }),
    })
    const fail = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    socket.once('timeout', () => fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    socket.once('error', fail)
    socket.once('secureConnect', () => {
      const facts = factsOf(socket.getPeerCertificate(true), name, socket.authorizationError)
      socket.destroy()
      resolve(facts)
    })
  })
}

function factsOf(
  certificate: DetailedPeerCertificate,
  name: string,
  trustError: Error | string | null,
): CertificateFacts {
  // An error in the type, a code in fact.
  const chainError = trustError instanceof Error ? trustError.message : (trustError ?? undefined)
  return {
    chainError,
    nameError: checkServerIdentity(name, certificate) === undefined ? undefined : name,
    names: certificate.subjectaltname ?? certificate.subject.CN?.toString() ?? 'no name',
    issuer: certificate.issuer.CN?.toString() ?? certificate.issuer.O?.toString() ?? 'an unnamed authority',
    validFrom: new Date(certificate.valid_from),
    validTo: new Date(certificate.valid_to),
  }
}

/** Whether the port answers at all, from the error that opening it brought. */
export function checkPort(
  { host, port }: { host: string; port: number },
  error: NodeJS.ErrnoException | undefined,
): Finding {
  const name = 'port'
  if (error === undefined) return ok(name, `${host}:${port} answers with TLS`)
  const code = error.code ?? 'unknown'
  const look = `Look: nc -vz ${host} ${port}   (Windows: Test-NetConnection ${host} -Port ${port})`
  if (code === 'ECONNREFUSED')
    return wrong(
      name,
      `${host}:${port} refuses (${code})`,
      'LDAPS does not run there. A domain controller offers it once it has a certificate: enrol one for it, or install Active Directory Certificate Services.',
      look,
    )
  if (/^(ECONNRESET|EPROTO|ERR_SSL)/.test(code))
    return wrong(
      name,
      `${host}:${port} does not speak TLS as expected (${code})`,
      'Check that port and address are those of LDAPS (636, or 3269), and that the domain controller has a certificate.',
      look,
    )
  return wrong(
    name,
    `${host}:${port} does not answer (${code})`,
    'Open the port in the firewalls between this machine and the domain controller, and check that the domain controller runs.',
    look,
  )
}

/** Chain, name and time of the domain controller's certificate. */
export function checkCertificate(
  facts: CertificateFacts,
  directory: AgentFile['directory'],
  now: Date,
): readonly Finding[] {
  return [checkChain(facts, directory), checkCertificateName(facts, directory), checkValidity(facts, now)]
}

function checkChain({ chainError, issuer }: CertificateFacts, directory: AgentFile['directory']): Finding {
  const name = 'certificate chain'
  if (chainError === undefined) return ok(name, `signed by ${issuer}, which is trusted`)
  // Told by the check of its time.
  if (/EXPIRED|NOT_YET_VALID/.test(chainError)) return ok(name, `signed by ${issuer}; its time is checked apart`)
  const { host, port } = placeOf(directory)
  return wrong(
    name,
    `signed by ${issuer}, which the agent does not trust (${chainError})`,
    'Get the certificate of the authority that signed it, check it with the administrators of the domain, and give it to the agent:',
    `openssl s_client -connect ${host}:${port} -showcerts </dev/null   (shows the chain)`,
    'certutil -ca.cert ca.cer && certutil -encode ca.cer ca.pem   (on the Windows authority itself)',
    'AGENT credentials --config FILE --ldap-ca ca.pem',
  )
}

function checkCertificateName({ nameError, names }: CertificateFacts, directory: AgentFile['directory']): Finding {
  const name = 'certificate name'
  if (nameError === undefined) return ok(name, `is made for ${placeOf(directory).name}`)
  const first = /DNS:([^,\s]+)/.exec(names)?.[1] ?? 'NAME'
  return wrong(
    name,
    `is made for ${names}, not for ${nameError}`,
    'Address the domain controller by a name in its certificate, or say which one it is:',
    `AGENT credentials --config FILE --ldap-server-name ${first}`,
  )
}

function checkValidity({ validFrom, validTo }: CertificateFacts, now: Date): Finding {
  const name = 'certificate time'
  const day = (date: Date): string => date.toISOString().slice(0, 10)
  if (validTo < now)
    return wrong(
      name,
      `ended on ${day(validTo)}`,
      'Renew the certificate of the domain controller (certlm.msc, Personal, Renew; or certreq -enroll -machine -cert THUMBPRINT renew), then restart it or wait for it to take the new one.',
    )
  if (validFrom > now)
    return wrong(
      name,
      `begins on ${day(validFrom)}`,
      'Set the clock of this machine, or have the certificate made anew.',
    )
  const daysLeft = Math.floor((validTo.getTime() - now.getTime()) / dayMs)
  if (daysLeft < renewalDays)
    return note(name, `ends on ${day(validTo)}, in ${daysLeft} days`, 'Renew it before: the agent stops when it ends.')
  return ok(name, `is good until ${day(validTo)}`)
}
