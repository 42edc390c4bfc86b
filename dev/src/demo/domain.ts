import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { backoffMs } from '@lockstep/kernel/retry'
import { type DomainController, startDomainController } from '../samba/domain-controller.ts'
import { DomainControllerError } from '../samba/domain-controller-error.ts'
import { planDomain } from '../samba/domain-plan.ts'
import { directoryPackages, installPrerequisites } from '../samba/prerequisites.ts'
import { demoCompany } from './demo-company.ts'
import { DemoError } from './demo-error.ts'
import { endChildren } from './own-children.ts'
import type { DemoSurroundings } from './surroundings.ts'

/** The names of the demo's domain, known before it runs. */
export const domainPlan = planDomain('LOCKSTEP.EXAMPLE')

const watchMs = 500
const restartDelay = { baseMs: 500, limitMs: 10_000 }

/** Installs what a domain needs when we may; throws a DemoError with the command when we may not. */
export async function prepareForDomain(print: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new DemoError(
      'Active Directory needs root, because its ports are below 1024: run `sudo npm run demo`, or `npm run demo -- --no-ad` without it.',
    )
  }
  try {
    await installPrerequisites(directoryPackages, print)
  } catch (error) {
    if (!(error instanceof DomainControllerError)) throw error
    throw new DemoError(
      `Samba cannot be installed: ${error.message}\nInstall it by hand (${directoryPackages.join(', ')}), or run \`npm run demo -- --no-ad\` without it.`,
      { cause: error },
    )
  }
}

/** A domain that is starting; `stop` ends it wherever it has come to. */
export interface DemoDomain {
  readonly started: Promise<DomainController>
  /** The domain controller's process number once it runs. */
  pid(): number | undefined
  stop(): Promise<void>
}

/** Starts the domain with the company in it, and starts it again whenever it ends by itself. */
export function launchDomain(surroundings: DemoSurroundings, cacheFolder: string): DemoDomain {
  const { folder, print } = surroundings
  const started = mkdir(cacheFolder, { recursive: true, mode: 0o700 }).then(() =>
    startDomainController({
      folder: join(folder.path, 'domain'),
      cacheFolder,
      realm: domainPlan.realm,
      company: demoCompany,
      log: print,
    }),
  )
  const state: { isSettled: boolean; domain?: DomainController; watch?: Watch } = { isSettled: false }
  started.then(
    (domain) => Object.assign(state, { isSettled: true, domain, watch: keepRunning(domain, surroundings) }),
    // Whoever waits for `started` hears of it.
    () => Object.assign(state, { isSettled: true }),
  )
  return {
    started,
    pid: () => state.domain?.pid,
    async stop() {
      // An archive that is not unpacked whole counts as damaged and is removed from the cache.
      while (!state.isSettled) await endChildren({ except: 'tar' })
      await state.watch?.end()
      await state.domain?.stop()
    },
  }
}

interface Watch {
  end(): Promise<void>
}

function keepRunning(domain: DomainController, surroundings: DemoSurroundings): Watch {
  let isEnding = false
  let attempts = 0
  let notBeforeMs = 0
  let restarting: Promise<void> = Promise.resolve()
  const restart = async (): Promise<void> => {
    attempts += 1
    notBeforeMs = Infinity
    surroundings.print('The domain controller ended and is started again.')
    try {
      await domain.restart()
      attempts = 0
      surroundings.onRestart()
    } catch (error) {
      surroundings.print(error instanceof Error ? error.message : String(error))
    }
    notBeforeMs = performance.now() + backoffMs(attempts, restartDelay)
  }
  const timer = setInterval(() => {
    if (!isEnding && domain.pid === undefined && performance.now() > notBeforeMs) restarting = restart()
  }, watchMs)
  return {
    async end() {
      isEnding = true
      clearInterval(timer)
      await restarting
    },
  }
}
