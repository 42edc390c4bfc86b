// What strangers and broken programs send instead of what is asked for.
import type { Random } from './random.ts'

const giant = 'g'.repeat(100_000)

/** Values for any place in a query or a body. */
const hostileValues: readonly unknown[] = [
  ...[null, true, false, 0, -0, 1, -1, 1.5, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63), 1e308, Number.MIN_VALUE],
  ...['', ' ', '\t\n', 'null', 'undefined', 'NaN', '[object Object]', '1e999', '0x10', '-0', 'true'],
  ...[
    "'; drop table users;--",
    "' or '1'='1",
    '%',
    '_',
    '\\',
    '\\\\',
    '"',
    '$1',
    '${7*7}',
    '{{7*7}}',
    '<script>alert(1)</script>',
  ],
  ...[
    '*)(uid=*))(|(uid=*',
    '(objectClass=*)',
    'cn=a,dc=b',
    'CN=a\\00b',
    '\u0000',
    'a\u0000b',
    '\u0001\u001f',
    '\u007f',
    '\u0085',
    '\u2028',
  ],
  ...[
    '\ud800',
    'a\udc00b',
    '\ufeff',
    '\ufffe',
    '\u202eabc',
    'e\u0301'.repeat(50),
    '👩‍👩‍👧‍👦'.repeat(20),
    'ﷺ'.repeat(200),
    'ǅ',
    'ŉ',
    'İı',
    'ß',
  ],
  ...[
    '../../etc/passwd',
    'file:///etc/passwd',
    'http://127.0.0.1/',
    'a\r\nx-injected: yes',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    '0000-00-00T00:00:00Z',
    '9999-12-31T23:59:60Z',
    '+275760-09-13T00:00:00.001Z',
    '-000001-01-01T00:00:00Z',
    '294277-01-01T00:00:00Z',
  ],
  ...['2026-02-30T10:00:00Z', '2026-01-01', 'infinity', '4713-01-01T00:00:00Z BC', '1'],
  ...[giant, giant.slice(0, 1025), giant.slice(0, 5000)],
  ...['f'.repeat(24), 'F'.repeat(24), '0'.repeat(24), '00000000-0000-0000-0000-000000000000'],
  ...[[], {}, [[]], [null], [{}], { a: 1 }, { length: 1 }, { toString: 'a' }, { $ne: null }, { set: 1 }],
  Array.from({ length: 10_000 }, (_, index) => index),
  Array.from({ length: 300 }, () => 'f'.repeat(24)),
  nested(20),
]

/** Values that make a whole body, whatever the schema. */
const hostileBodies: readonly unknown[] = [
  null,
  true,
  0,
  '',
  'text',
  [],
  {},
  [{}],
  [[]],
  giant,
  { id: 1 },
  { '': '' },
  { [giant]: 1 },
]

function nested(levels: number): unknown {
  let value: unknown = []
  for (let level = 0; level < levels; level += 1) value = { a: value }
  return value
}

/** The value with one hostile part: a value exchanged, left out, or added at a random place. */
export function mutated(value: unknown, random: Random): unknown {
  if (random.chance(0.1)) return random.pick(hostileBodies)
  const places = placesOf(value)
  if (places.length === 0) return random.pick([random.pick(hostileBodies), { unknown: random.pick(hostileValues) }])
  const copy = structuredClone(value)
  const place = random.pick(places)
  const holder = place.slice(0, -1).reduce((at, key) => (at as Record<string, unknown>)[key], copy) as Record<
    string,
    unknown
  >
  const key = place.at(-1) ?? ''
  const kind = random.fraction()
  if (kind < 0.1) delete holder[key]
  else if (kind < 0.2)
    holder[random.pick(['unknown', '$where', '__proto__ ', 'hasOwnProperty', 'ünï'])] = random.pick(hostileValues)
  else holder[key] = random.pick(hostileValues)
  return copy
}

/** The paths of everything in a value. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => [[...path, key], ...placesOf(part, [...path, key])])
}

interface HostileText {
  readonly name: string
  readonly body: string | Buffer
  readonly contentType?: string
}

/** Bodies that no value serialises to, made from the text of a valid one. */
export function hostileTexts(valid: string, limitBytes: number): readonly HostileText[] {
  const inner = valid.startsWith('{') && valid.length > 2 ? `,${valid.slice(1)}` : '}'
  const key = /"(\w+)":/.exec(valid)?.[1] ?? 'a'
  const deep = (open: string, close: string): string => open.repeat(1000) + close.repeat(1000)
  return [
    { name: 'empty', body: '' },
    { name: 'blank', body: ' \n ' },
    { name: 'cut off', body: valid.slice(0, -1) },
    { name: 'half', body: valid.slice(0, Math.ceil(valid.length / 2)) },
    { name: 'twice', body: valid + valid },
    { name: 'not JSON', body: 'a=b&c=d' },
    { name: 'byte order mark', body: `\ufeff${valid}` },
    { name: 'UTF-16', body: Buffer.from(valid, 'utf16le') },
    {
      name: 'invalid UTF-8',
      body: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]),
    },
    {
      name: 'overlong UTF-8',
      body: Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    },
    { name: 'duplicate key', body: `{"${key}":1,"${key}":2}` },
    {
      name: 'escaped duplicate key',
      body: `{"${key}":1,"\\u00${(key.codePointAt(0) ?? 97).toString(16)}${key.slice(1)}":2}`,
    },
    { name: '__proto__', body: `{"__proto__":{"isAdministrator":true}${inner}` },
    { name: 'constructor', body: `{"constructor":{"prototype":{"polluted":true}}${inner}` },
    { name: 'nested __proto__', body: `{"${key}":{"\\u005f_proto__":{"polluted":true}}}` },
    { name: 'deep arrays', body: deep('[', ']') },
    { name: 'deep objects', body: `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}` },
    { name: 'endless arrays', body: '['.repeat(50_000) },
    { name: 'huge number', body: `{"${key}":1e999}` },
    { name: 'long number', body: `{"${key}":${'9'.repeat(5000)}}` },
    { name: 'minus zero', body: `{"${key}":-0}` },
    { name: 'NaN', body: `{"${key}":NaN}` },
    { name: 'comment', body: `{/* a */"${key}":1}` },
    { name: 'lone surrogate', body: `{"${key}":"\\ud800"}` },
    { name: 'surrogate key', body: '{"\\udfff":1}' },
    { name: 'NUL', body: `{"${key}":"a\\u0000b"}` },
    { name: 'raw NUL', body: `{"${key}":"a\u0000b"}` },
    { name: 'raw line break', body: `{"${key}":"a\nb"}` },
    { name: 'many keys', body: `{${Array.from({ length: 5000 }, (_, index) => `"k${index}":1`).join(',')}}` },
    { name: 'over the limit', body: `{"${key}":"${'x'.repeat(limitBytes)}"}` },
    ...[
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      '',
      'nonsense',
      'application/json; charset=utf-16',
      'application/jsonx',
    ].map((contentType) => ({ name: `as ${contentType || 'nothing'}`, body: valid, contentType })),
  ]
}
