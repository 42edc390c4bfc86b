import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'

const authorityExtensions = `[req]
distinguished_name = name
prompt = no
x509_extensions = authority
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
`
const validDays = '820'

/**
 * Writes `ca.pem`, `cert.pem` and `key.pem` into `folder`: a fresh authority and a server certificate for a DNS name and an
 * IP address. The authority's key is not kept: nothing else can ever be signed with it.
 */
export async function writeServerCertificate(folder: string, servername: string, address: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = (name: string): string => join(folder, name)
  const serverExtensions = `subjectAltName = DNS:${servername},IP:${address}
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
authorityKeyIdentifier = keyid
`
  await Promise.all([
    writeFile(file('authority.cnf'), authorityExtensions),
    writeFile(file('server.cnf'), serverExtensions),
  ])
  const config = ['-config', file('authority.cnf')]
  const authorityKey = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    file('ca-key.pem'),
  ]
  const authorityName = ['-subj', `/CN=Authority of ${servername}`]
  const serverKey = ['-newkey', 'rsa:2048', '-nodes', '-keyout', file('key.pem')]
  await Promise.all([
    runCommand('openssl', [
      'req',
      '-x509',
      ...config,
      ...authorityKey,
      ...authorityName,
      '-days',
      validDays,
      '-out',
      file('ca.pem'),
    ]),
    runCommand('openssl', [
      'req',
      '-new',
      ...config,
      ...serverKey,
      '-subj',
      `/CN=${servername}`,
      '-out',
      file('request.pem'),
    ]),
  ])
  const authority = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-CAcreateserial']
  const signed = ['-extfile', file('server.cnf'), '-days', validDays, '-sha256', '-out', file('cert.pem')]
  await runCommand('openssl', ['x509', '-req', '-in', file('request.pem'), ...authority, ...signed])
  // Samba refuses a key that others may read.
  await chmod(file('key.pem'), 0o600)
  const leftovers = ['ca-key.pem', 'ca.srl', 'request.pem', 'authority.cnf', 'server.cnf']
  await Promise.all(leftovers.map((name) => rm(file(name), { force: true })))
}
