import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A key and a certificate in PEM form that is its own authority; valid for `localhost` and 127.0.0.1. */
export interface TestCertificate {
  readonly key: string
  readonly cert: string
}

let made: Promise<TestCertificate> | undefined

/** The certificate of this process's fake servers, made once with the openssl command. */
export function testCertificate(): Promise<TestCertificate> {
  made ??= makeCertificate()
  return made
}

async function makeCertificate(): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-directory-'))
  try {
    const keyFile = join(folder, 'key.pem')
    const certFile = join(folder, 'cert.pem')
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile]
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    await promisify(execFile)('openssl', ['req', '-x509', '-days', '2', ...key, ...names, '-out', certFile])
    return { key: await readFile(keyFile, 'utf8'), cert: await readFile(certFile, 'utf8') }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
