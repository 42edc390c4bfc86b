// The bare read, as a process of its own: signs in to the domain controller and reads everything that the import agent reads, with the same
// control, and throws it away. Takes how to sign in as JSON, prints how many objects there were.
import { connectDirectory, type DirectoryOptions } from '@lockstep/ldap/directory-client'
import { readAttributes, readFilter } from '../apps/ad-agent/src/import/read-attributes.ts'

const { signIn, base } = JSON.parse(process.argv[2] ?? '') as { signIn: DirectoryOptions; base: string }
await using client = await connectDirectory(signIn)
let objects = 0
for await (const page of client.dirSync({ base, filter: readFilter, attributes: readAttributes }))
  objects += page.entries.length
console.log(JSON.stringify({ objects }))
