import { MyDirectories } from '@lockstep/contract/portal/directory'
import { Profile, ProfileUpdate } from '@lockstep/contract/portal/profile'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { UserProfileService } from '../../processes/sign-in/user-profile.service.ts'
import { sourceOf } from './portal-request.ts'

/** What users see and change of themselves. */
export function portalProfileRoutes(profiles: UserProfileService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/portal/v1/profile',
      summary: 'What the organization knows of you, and who manages it',
      access: { scheme: 'user' },
      reply: { status: 200, schema: Profile },
      handle: async ({ actor }) => ({ body: await profiles.read(actor) }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/portal/v1/profile',
      summary: 'Change what the organization lets you change',
      access: { scheme: 'user' },
      body: ProfileUpdate,
      reply: { status: 200, schema: Profile },
      handle: async (request) => ({ body: await profiles.change(request.actor, request.body, sourceOf(request)) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/portal/v1/directories',
      summary: 'Your accounts in directories, and whether your password holds there',
      access: { scheme: 'user' },
      reply: { status: 200, schema: MyDirectories },
      handle: async ({ actor }) => ({ body: { items: await profiles.directories(actor) } }),
    }),
  ]
}
