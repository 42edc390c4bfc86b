import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { pause } from '@lockstep/kernel/retry'
import { DomainControllerError } from './domain-controller-error.ts'

// A lease is a unix socket in Linux's abstract namespace. The kernel grants a name to one holder only, takes it back when
// the holder dies however it dies, and keeps one set of names per network namespace, just as it keeps loopback addresses.
// A lock file has none of these properties.

/** A loopback address that no other test domain on this machine will take until `release` is called or we end. */
export type AddressLease = { readonly address: string; release(): Promise<void> }

/** The ports a domain controller listens on: Kerberos, LDAP, password change, LDAPS, global catalogue (plain, TLS). */
const domainControllerPorts: readonly number[] = [88, 389, 464, 636, 3268, 3269]

/** Leaves the first addresses to whatever else lives on loopback. */
const firstAddressNumberByDefault = 11
const lastAddressNumber = 254
/** How long a predecessor that is being ended may hold its address. */
const patienceMs = 5000

/**
 * Takes the wanted loopback address, waiting a little for a predecessor to end, or else the first free one of those from
 * 127.0.0.`firstAddressNumber`; throws `address-taken` or `no-free-address`.
 */
export async function leaseAddress(
  wanted?: string,
  firstAddressNumber: number = firstAddressNumberByDefault,
): Promise<AddressLease> {
  if (wanted !== undefined) return leaseWanted(wanted)
  for (let number = firstAddressNumber; number <= lastAddressNumber; number += 1) {
    const lease = await tryLease(`127.0.0.${number}`)
    if (lease) return lease
  }
  const ports = domainControllerPorts.join(', ')
  throw new DomainControllerError(
    'no-free-address',
    `No address from 127.0.0.${firstAddressNumber} to 127.0.0.${lastAddressNumber} has the ports ${ports} free.`,
  )
}

async function leaseWanted(address: string): Promise<AddressLease> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const lease = await tryLease(address)
    if (lease) return lease
    if (performance.now() > deadline) {
      throw new DomainControllerError('address-taken', `The directory's address ${address} is used by another program.`)
    }
    await pause(50)
  }
}

async function tryLease(address: string): Promise<AddressLease | undefined> {
  const holder = createServer((socket) => socket.destroy())
  if (!(await listens(holder, { path: `\0lockstep-domain-controller-${address}` }))) return undefined
  holder.unref()
  const release = (): Promise<void> => closed(holder)
  if (await arePortsFree(address)) return { address, release }
  await release()
  return undefined
}

async function arePortsFree(address: string): Promise<boolean> {
  for (const port of domainControllerPorts) {
    const probe = createServer()
    if (!(await listens(probe, { host: address, port, exclusive: true }))) return false
    await closed(probe)
  }
  return true
}

/** Resolves when every port of a domain controller can be bound on an address whose lease we hold. */
export async function waitForFreePorts(address: string): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await arePortsFree(address))) {
    if (performance.now() > deadline) {
      throw new DomainControllerError('address-taken', `The directory's address ${address} is used by another program.`)
    }
    await pause(20)
  }
}

type ListenTarget =
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly exclusive: true }

function listens(server: Server, target: ListenTarget): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') return resolve(false)
      if (error.code !== 'EACCES') return reject(error)
      reject(new DomainControllerError('not-root', 'Listening on ports below 1024 needs root.', { cause: error }))
    })
    server.listen(target, () => resolve(true))
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
