import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultBehaviour } from './domain.rules.ts'
import { describeSignIn, previewSignIns, type SignInDomain, signInWarnings } from './sign-in-problem.rules.ts'

const id = '5f0000000000000000000001'
const domain: SignInDomain = {
  ...{ id, name: 'corp.example', useCase: 'TWOWAYSYNC', behaviour: defaultBehaviour },
  ...{ canValidate: false, hasControllerAgent: false },
}
const delegating = { ...domain, behaviour: { ...defaultBehaviour, delegatedAuthority: 'directory' as const } }
const owning = { ...domain, behaviour: { ...defaultBehaviour, passwordAuthority: 'directory' as const } }
const delegatedAuthority = { id, name: 'ActiveDirectory' }
const restrictedFields = [{ field: 'password', type: 'active_directory', id }]
const codes = (of: SignInDomain, counts: { delegated: number; undelegated: number }): string =>
  signInWarnings(of, counts)
    .map(({ code }) => code)
    .join(' ')

test('authority of the domain without delegation and without an agent on a domain controller is a trap, for the domain and for each user', () => {
  assert.equal(codes(owning, { delegated: 0, undelegated: 3 }), 'sign_in_trap')
  assert.equal(codes({ ...owning, hasControllerAgent: true }, { delegated: 0, undelegated: 3 }), '')
  assert.equal(codes(owning, { delegated: 0, undelegated: 0 }), '')
  const caught = describeSignIn({ attributes: { restrictedFields } }, [owning])
  assert.deepEqual([caught.validator, caught.problem?.code, caught.directoryId], ['nobody', 'sign_in_trap', id])
  const free = describeSignIn({ attributes: { restrictedFields } }, [{ ...owning, hasControllerAgent: true }])
  assert.deepEqual([free.validator, free.problem], ['hub', undefined])
})

test('delegated users cannot sign in while the domain’s switch is disabled or pending, which is said', () => {
  const counts = { delegated: 1, undelegated: 0 }
  assert.equal(codes(domain, counts), 'delegation_disabled')
  assert.equal(codes(delegating, counts), 'delegation_pending')
  assert.equal(codes({ ...delegating, canValidate: true }, counts), '')
  const problem = (of: readonly SignInDomain[]) =>
    describeSignIn({ attributes: { delegatedAuthority } }, of).problem?.code
  assert.equal(problem([domain]), 'delegation_disabled')
  assert.equal(problem([delegating]), 'delegation_pending')
  assert.equal(problem([{ ...delegating, canValidate: true }]), undefined)
  assert.equal(problem([]), 'delegation_disabled')
  assert.equal(describeSignIn({ attributes: {} }, [domain]).problem, undefined)
})

test('a preview counts who could not sign in: everybody until an agent is there, and those without a password here when it is switched off', () => {
  const home = {
    all: { count: 3, usernames: ['ann', 'bob', 'cid'] },
    withoutPassword: { count: 1, usernames: ['bob'] },
  }
  const preview = (before: SignInDomain, after: SignInDomain): string => {
    const { lockedOut, usernames, ...states } = previewSignIns(before, after, home)
    return `${states.before} ${states.after} ${lockedOut} ${usernames.join(',')}`
  }
  assert.equal(preview(domain, delegating), 'disabled pending 3 ann,bob,cid')
  assert.equal(preview(domain, { ...delegating, canValidate: true }), 'disabled active 0 ')
  assert.equal(preview(delegating, domain), 'pending disabled 1 bob')
  assert.equal(preview(delegating, owning), 'pending disabled 3 ann,bob,cid')
  assert.equal(preview(delegating, { ...owning, hasControllerAgent: true }), 'pending disabled 1 bob')
})
