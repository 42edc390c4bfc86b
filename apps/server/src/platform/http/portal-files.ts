import staticFiles from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Serves a built portal below `prefix`; addresses of the portal's own rooms answer with its page, those of an interface below it do not. */
export async function servePortal(app: FastifyInstance, options: { prefix: string; folder: string }): Promise<void> {
  const { prefix, folder } = options
  await app.register(staticFiles, {
    root: folder,
    prefix: `${prefix}/`,
    decorateReply: !app.hasReplyDecorator('sendFile'),
    wildcard: false,
    index: false,
    // The build puts compressed files beside the plain ones.
    preCompressed: true,
    // Files carry their content's hash in the name, so a browser may keep them for ever; the page itself is asked for anew.
    setHeaders: (reply, path) => {
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (request.url.toLowerCase().startsWith(`${prefix}/v1/`)) {
      reply.callNotFound()
      return reply
    }
    reply.header('content-security-policy', contentSecurityPolicy)
    return reply.sendFile('index.html', folder, { cacheControl: false })
  }
  app.get(prefix, page)
  app.get(`${prefix}/*`, page)
}
