import type pg from 'pg'

/** The connection as `DATABASE_URL` spells it; a socket's folder stands in the query. */
export function databaseUrl({
  host = '127.0.0.1',
  port = 5432,
  user = 'postgres',
  password,
  database = '',
}: pg.PoolConfig): string {
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : ''
  const name = `${encodeURIComponent(user)}${secret}`
  if (!host.startsWith('/')) return `postgresql://${name}@${host}:${port}/${database}`
  return `postgresql://${name}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
}
