import Type, { type Static } from 'typebox'

/**
 * Whether the password that a person has here holds in a directory: `in-step`; `at-next-sign-in`: it reaches the directory when they sign in
 * anew; `on-its-way`; `refused` with the directory's reason in words; `managed-there`: it is set and changed there; `unknown`.
 */
export const DirectoryPasswordState = Type.Union([
  Type.Literal('in-step'),
  Type.Literal('at-next-sign-in'),
  Type.Literal('on-its-way'),
  Type.Literal('refused'),
  Type.Literal('managed-there'),
  Type.Literal('unknown'),
])
export type DirectoryPasswordState = Static<typeof DirectoryPasswordState>

/** A domain in which the person has an account, or is given one. */
export const MyDirectory = Type.Object({
  id: Type.String(),
  /** The domain, such as corp.example.com. */
  name: Type.String(),
  /** The logon name there; absent until the account is known. */
  accountName: Type.Optional(Type.String()),
  /** `waiting`: the account is being made or changed; `failed`: that did not work, an administrator sees why. */
  state: Type.Union([
    Type.Literal('active'),
    Type.Literal('disabled'),
    Type.Literal('waiting'),
    Type.Literal('failed'),
  ]),
  password: Type.Object({ state: DirectoryPasswordState, text: Type.Optional(Type.String()) }),
})
export type MyDirectory = Static<typeof MyDirectory>

/** `GET directories`. */
export const MyDirectories = Type.Object({ items: Type.Array(MyDirectory) })
export type MyDirectories = Static<typeof MyDirectories>
