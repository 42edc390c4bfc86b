import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { leaseAddress } from './address-lease.ts'
import type { AddressLease } from './address-lease.ts'
import type { DomainSecrets } from './directory-seed.ts'
import { DomainControllerError } from './domain-controller-error.ts'
import type { DomainPlan } from './domain-plan.ts'
import { domainPaths, runScript } from './provision-domain.ts'
import { runCommand } from './run-command.ts'
import { SambaProcess } from './samba-process.ts'

/** An account of the domain with which a program or a test binds. */
export type DomainAccount = { readonly dn: string; readonly password: string }

/** Where and how many users `addUsersOffline` adds. */
export type AddUsersOptions = {
  readonly containerDn?: string
  readonly groupDn?: string
  /** Usernames are the prefix, a hyphen and a number of six digits. */
  readonly namePrefix?: string
  readonly enabled?: boolean
}

/** The folders that hold what a domain controller knows. */
const copied = ['private', 'state'] as const

/** A domain that can be started and stopped; while it runs or is only killed, nobody else gets its address. */
export class RunningDomain {
  readonly #plan: DomainPlan
  readonly #folder: string
  readonly #secrets: DomainSecrets
  readonly #environment: Readonly<Record<string, string>>
  #lease: AddressLease | undefined
  #process: SambaProcess | undefined

  readonly address: string
  readonly url: string
  /** The PEM file with the authority that signed the server's certificate. */
  readonly caFile: string
  readonly servername: string
  /** Whoever opens it acts as the domain controller itself; for root only. */
  readonly privilegedSocket: string
  readonly realm: string
  readonly netbiosName: string
  readonly baseDn: string
  readonly usersDn: string
  readonly peopleDn: string
  readonly groupsDn: string
  readonly leaversDn: string
  readonly contractorsDn: string
  readonly integrationGroupDn: string
  readonly administrator: { readonly bindName: string; readonly password: string }
  readonly importAccount: DomainAccount
  readonly syncAccount: DomainAccount
  /** Passwords of the people who log in, by username. */
  readonly passwords: Readonly<Record<string, string>>

  constructor(options: {
    readonly plan: DomainPlan
    readonly folder: string
    readonly lease: AddressLease
    readonly secrets: DomainSecrets
    /** Beside what the server always gets. */
    readonly environment?: Readonly<Record<string, string>> | undefined
  }) {
    const { plan, folder, lease, secrets } = options
    this.#environment = options.environment ?? {}
    this.privilegedSocket = join(folder, 'private', 'ldap_priv', 'ldapi')
    this.#plan = plan
    this.#folder = folder
    this.#lease = lease
    this.#secrets = secrets
    this.address = lease.address
    this.url = `ldaps://${lease.address}`
    this.caFile = join(folder, 'tls', 'ca.pem')
    this.servername = plan.servername
    this.realm = plan.realm
    this.netbiosName = plan.netbiosName
    this.baseDn = plan.baseDn
    this.usersDn = plan.usersDn
    this.peopleDn = plan.peopleDn
    this.groupsDn = plan.groupsDn
    this.leaversDn = plan.leaversDn
    this.contractorsDn = plan.contractorsDn
    this.integrationGroupDn = plan.integrationGroupDn
    this.administrator = { bindName: `administrator@${plan.dnsDomain}`, password: secrets.administrator }
    this.importAccount = { dn: plan.importAccountDn, password: secrets.importAccount }
    this.syncAccount = { dn: plan.syncAccountDn, password: secrets.syncAccount }
    this.passwords = secrets.people
  }

  /** The server's process, `undefined` while it does not run. */
  get pid(): number | undefined {
    return this.#process?.hasExited === false ? this.#process.pid : undefined
  }

  /** Ends the server in order and gives its address back; may be called twice. */
  async stop(): Promise<void> {
    await this.#process?.stop()
    const lease = this.#lease
    this.#lease = undefined
    await lease?.release()
  }

  /** Ends the server as a power cut would; the address stays ours for `restart`. */
  async kill(): Promise<void> {
    await this.#process?.kill()
  }

  /** Starts the server again on the same folder and address; one that runs is stopped first. */
  async restart(): Promise<void> {
    await this.#process?.stop()
    this.#lease ??= await leaseAddress(this.address)
    this.#process = await SambaProcess.start({
      folder: this.#folder,
      address: this.address,
      servername: this.servername,
      bindName: this.administrator.bindName,
      bindPassword: this.#secrets.administrator,
      environment: this.#environment,
    })
  }

  /** Runs `samba-tool` on this domain's files and returns what it printed; arguments are visible in process lists. */
  sambaTool(args: readonly string[]): Promise<string> {
    return runCommand('samba-tool', [...args, `--configfile=${domainPaths(this.#folder).configuration}`], {
      environment: this.#environment,
    })
  }

  /**
   * Runs a Python script (an absolute path) with the request as JSON on its standard input, `configuration` and
   * `database` added; returns what it printed. The server keeps running.
   */
  runPython(script: string, request: object): Promise<string> {
    if (!script.startsWith('/')) throw new DomainControllerError('command-failed', `${script} is not an absolute path`)
    return runScript(script, { ...request, ...domainPaths(this.#folder) })
  }

  /** Adds and changes what an LDIF text says, in one transaction, while the server is stopped for it. */
  async importLdif(ldif: string): Promise<void> {
    await this.#offline(() => runScript('import-ldif.py', { ldif, ...domainPaths(this.#folder) }))
  }

  /**
   * Adds plain users without passwords to a container below the root user container and to the integration group, while
   * the server is stopped for it; returns their usernames. Calling it again goes on counting.
   */
  async addUsersOffline(count: number, options: AddUsersOptions = {}): Promise<readonly string[]> {
    const { namePrefix = 'bench', enabled = true } = options
    const printed = await this.#offline(() =>
      runScript('add-users.py', {
        ...domainPaths(this.#folder),
        count,
        containerDn: options.containerDn ?? `OU=Bench,${this.usersDn}`,
        groupDn: options.groupDn ?? this.integrationGroupDn,
        dnsDomain: this.#plan.dnsDomain,
        namePrefix,
        enabled,
      }),
    )
    return JSON.parse(printed) as readonly string[]
  }

  /** Copies the domain's files into a folder that is not there yet, while the server is stopped for it. */
  async keepCopy(folder: string): Promise<void> {
    await mkdir(folder)
    await this.#offline(() => runCommand('cp', ['-a', ...copied.map((name) => join(this.#folder, name)), folder]))
  }

  /**
   * Puts a copy back after a power cut: with its identity, as a virtual machine that is set back, or with another one and numbers of changes
   * that go on beyond `beyondUsn`, as a backup that is restored.
   */
  async putBack(folder: string, restored?: { readonly beyondUsn: bigint }): Promise<void> {
    await this.kill()
    for (const name of copied) await rm(join(this.#folder, name), { recursive: true })
    await runCommand('cp', ['-a', ...copied.map((name) => join(folder, name)), this.#folder])
    if (restored !== undefined)
      await runScript('renew-identity.py', {
        ...domainPaths(this.#folder),
        beyondUsn: Number(restored.beyondUsn),
      })
    await this.restart()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #offline<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#process?.stop()
    try {
      return await work()
    } finally {
      await this.restart()
    }
  }
}
