// A company of any size in the table of users, written by batches in SQL: what it takes to see how lists behave when they are long.
import type { Database } from '../../apps/server/src/platform/db/database.ts'

const batch = 2000
const firstSecond = 1_700_000_000

/** Fills the table. The user of number n is `person-n`, one of six departments and a thousand cost centres, seen from number 1. */
export async function insertManyUsers(database: Pick<Database, 'execute'>, count: number): Promise<void> {
  for (let first = 1; first <= count; first += batch)
    await database.execute({
      text: `insert into users (id, username, email, employee_id, display_name, state, suspended_by, activated, account_locked,
          manager_id, unix_uid, unix_gid, attributes, created, updated)
        select ${idInSql('n')}, 'person-' || n, 'person-' || n || '@example.com', 'E' || n, 'Person Number ' || n,
          case when n % 5000 = 0 then 'SUSPENDED' when n % 4999 = 0 then 'STAGED' else 'ACTIVATED' end,
          case when n % 5000 = 0 then 'hub' end, n % 997 <> 0, n % 4001 = 0,
          case when n % 3 = 0 then ${idInSql('1 + n / 300')} end, 5000 + n, 5000 + n,
          jsonb_build_object('firstname', 'Person', 'lastname', 'Number ' || n,
            'department', (array['Sales', 'Finance', 'Engineering', 'Support', 'Legal', 'Operations'])[1 + n % 6],
            'costCenter', 'CC' || n % 1000, 'company', 'Example Incorporated', 'jobTitle', 'Job ' || n % 200,
            'location', 'Place ' || n % 50, 'employeeType', 'Employee'),
          to_timestamp(${firstSecond} + n / 10), to_timestamp(${firstSecond} + n / 10)
        from generate_series($1::integer, $2::integer) as n`,
      values: [first, Math.min(count, first + batch - 1)],
    })
  // Vacuumed too: without it no index answers alone.
  await database.execute({ text: 'vacuum analyze users' })
}

/** The id of the user of a number, in SQL; it begins with the second of creation, as every id does. */
export function idInSql(number: string): string {
  return `lpad(to_hex(${firstSecond} + (${number}) / 10), 8, '0') || lpad(to_hex(${number}), 16, '0')`
}

/** The same for one number. */
export function idOfPerson(number: number): string {
  const second = firstSecond + Math.floor(number / 10)
  return second.toString(16).padStart(8, '0') + number.toString(16).padStart(16, '0')
}
