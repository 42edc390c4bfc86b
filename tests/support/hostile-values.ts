// What strangers and broken programs send instead of what is asked for.
import type { Random } from './random.ts'

const giant = 'g'.repeat(100_000)

/** Values for any place in a query or a body. */
export const hostileValues: readonly unknown[] = [
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

/** Queries that are sent as they stand. */
export const hostileQueries: readonly string[] = [
  ...['?', '??', '&', '=', '=&=', '%', '%zz', '%00', '%ff', '%c0%af', '%ed%a0%80', 'a%', '+', '%2525'],
  ...[
    'limit=0',
    'limit=-1',
    'limit=1.5',
    'limit=1e9',
    'limit=99999999999999999999',
    'limit=NaN',
    'limit=',
    'limit=1&limit=2',
    'limit[]=1',
    'limit[a]=1',
  ],
  ...['skip=-1', 'skip=9007199254740993', 'skip=99999999999999999999', 'skip=1e3', 'skip=1&skip=2'],
  ...[
    'sort=',
    'sort=-',
    'sort=--',
    'sort=password',
    "sort=id';--",
    'sort=constructor',
    'sort=__proto__',
    'sort=a,b,c',
    'sort=attributes',
    'sort=-created&sort=id',
  ],
  ...['fields=', 'fields=__proto__', 'fields=constructor', 'fields=a.b.c', 'fields=%00', 'fields=password'],
  ...[
    'after=',
    'after=x',
    'after=%7B%7D',
    'after=W10',
    'after=eyJ2YWx1ZSI6MX0',
    'after=bnVsbA',
    'before=0',
    'before=-1',
    'before=99999999999999999999',
  ],
  ...[
    'filter=',
    'filter=a',
    'filter=a:b',
    'filter=email:eq:',
    'filter=email:$eq:x',
    'filter=:::::',
    'filter=email:search:%25',
    'filter=username:%24regex:(a%2B)%2B%24',
  ],
  ...[
    'filter=id:eq:x',
    'filter=created:gt:x',
    'filter=created:%24gt:%2B275760-09-14',
    'filter=unix_uid:eq:1e999',
    'filter=unix_uid:gt:99999999999999999999',
  ],
  ...[
    'filter[or]=a',
    'filter[or][0]=email:eq:a',
    'filter[or][0][0]=a',
    'filter[and][__proto__]=a',
    'filter[]=a',
    'filter[or][999999999]=a',
    'filter[xor][0]=a:eq:b',
  ],
  ...[
    'filter[or][0]=unix_uid:gt:99999999999999999999',
    'filter[and][0]=activated:eq:maybe',
    'filter[or][0]=attributes.name:eq:%00',
    'filter[or][0]=manager:in:a|b',
  ],
  ...[
    'search=%25',
    'search=%00',
    "search='",
    'search=\\',
    'search=%ff',
    'search[a]=b',
    'search={',
    'search=%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7',
  ],
  ...['__proto__=1', '__proto__[a]=1', 'constructor=1', 'toString=1', 'hasOwnProperty=1', 'length=1'],
  ...[
    'cascade_manager=x',
    'cascade_manager=',
    'cascadeManager=x',
    'targets=',
    'targets=x',
    'targets=user&targets=user_group',
    'targets=__proto__',
  ],
  ...[
    'since=x',
    'since=0000-00-00T00:00:00Z',
    'since=9999-12-31T23:59:59Z',
    'since=2026-02-30T00:00:00Z',
    'until=2016-12-31T23:59:60Z',
    'since=0001-01-01T00:00:00-23:59',
  ],
  ...[
    'state=x',
    'state=',
    'directoryId=x',
    'groupId=%00',
    'department=%25',
    'fullValidationDetails=password',
    'kind=x',
  ],
  `q=${'x'.repeat(10_000)}`,
  `search=${'x'.repeat(5000)}`,
  Array.from({ length: 1000 }, (_, index) => `k${index}=1`).join('&'),
  Array.from({ length: 800 }, () => 'filter=email:eq:a').join('&'),
  Array.from({ length: 500 }, (_, index) => `filter[or][${index}]=email:eq:a`).join('&'),
  Array.from({ length: 1000 }, (_, index) => `filter[or][${index}]=email:eq:a`).join('&'),
]

/** Path parameters that are sent as they stand. */
export const hostileSegments: readonly string[] = [
  ...[
    '%',
    '%zz',
    '%00',
    '%ff',
    '%2f',
    '%2F..%2F',
    '..',
    '.',
    '%2e%2e',
    '%20',
    'a%20b',
    '*',
    '%0d%0aX:y',
    "'",
    '%27;drop%20table%20users;--',
  ],
  ...[
    'null',
    'undefined',
    '0',
    '-1',
    '1.5',
    '__proto__',
    'constructor',
    'F'.repeat(24),
    'g'.repeat(24),
    'f'.repeat(23),
    'f'.repeat(25),
    `%20${'f'.repeat(24)}`,
  ],
  ...[
    '%F0%9F%98%80',
    '%E2%80%AE',
    'e%CC%81',
    '%ed%a0%80',
    '(uid=*)',
    '{}',
    '[]',
    ';',
    'a;b',
    '@',
    ':id',
    'x'.repeat(490),
    'x'.repeat(501),
    'x'.repeat(5000),
  ],
]

/** Headers beside valid credentials. */
export const hostileHeaders: readonly Readonly<Record<string, string | readonly string[]>>[] = [
  { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE', 'x-http-method': 'DELETE' },
  { cookie: 'x'.repeat(8000) },
  { cookie: ['lockstep_session=%00', 'lockstep_session=%zz', '__proto__=1; constructor=2; =; ;;;="'] },
  { cookie: `lockstep_session=${'a'.repeat(4000)}` },
  { host: '' },
  { host: 'evil.example:99999999' },
  { origin: 'null' },
  { 'x-forwarded-for': '1.2.3.4, ::::, x', 'x-forwarded-proto': 'gopher', 'x-forwarded-host': 'evil.example' },
  { 'content-encoding': 'gzip' },
  { accept: 'application/xml', 'accept-language': '*', 'accept-encoding': 'identity;q=0' },
  { 'if-match': '*', 'if-none-match': '*', range: 'bytes=0-1', 'if-modified-since': 'x' },
  { authorization: 'Bearer' },
  { authorization: `Bearer ${'x'.repeat(8000)}` },
  { authorization: 'Digest username="Mufasa"' },
  { 'x-csrf-token': '\u00ff\u00fe' },
  { 'x-api-key': '' },
  { 'x-api-key': '\u00e9\u00ff' },
  { 'x-api-key': ['a', 'b'] },
  { 'x-request-id': "'; drop table users;--" },
  { 'x-lockstep-agent': 'f'.repeat(24), 'x-lockstep-date': 'x', 'x-lockstep-signature': 'x' },
  {
    'x-lockstep-agent': 'f'.repeat(24),
    'x-lockstep-date': '+275760-09-13T00:00:00.001Z',
    'x-lockstep-signature': '\u00ff',
  },
  { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'x', 'sec-websocket-version': '13' },
]

/** Bytes that are no request, or two at once. */
export const hostileBytes: readonly { readonly name: string; readonly bytes: string }[] = [
  { name: 'no HTTP', bytes: 'hello\r\n\r\n' },
  { name: 'TLS greeting', bytes: '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03' + 'x'.repeat(200) },
  { name: 'unknown method', bytes: 'BREW /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n' },
  { name: 'unusual method', bytes: 'PROPFIND /hub/v1/users HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n' },
  { name: 'trace', bytes: 'TRACE /hub/v1/users HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n' },
  { name: 'options', bytes: 'OPTIONS /api/systemusers HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n' },
  { name: 'options of everything', bytes: 'OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n' },
  { name: 'connect', bytes: 'CONNECT evil.example:443 HTTP/1.1\r\nhost: a\r\n\r\n' },
  {
    name: 'absolute address',
    bytes: 'GET http://evil.example/hub/v1/users HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  },
  {
    name: 'raw bytes in the path',
    bytes: 'GET /hub/v1/users/\xff\xfe HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  },
  { name: 'blank in the path', bytes: 'GET /hub/v1/us ers HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n' },
  { name: 'header without end', bytes: `GET /healthz HTTP/1.1\r\nhost: a\r\nx-long: ${'x'.repeat(100_000)}` },
  {
    name: 'long address',
    bytes: `GET /hub/v1/users?search=${'x'.repeat(100_000)} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
  },
  {
    name: 'many headers',
    bytes: `GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${'x: y\r\n'.repeat(5000)}\r\n`,
  },
  {
    name: 'NUL in a header',
    bytes: 'GET /hub/v1/users HTTP/1.1\r\nhost: a\r\nx-api-key: a\0b\r\nconnection: close\r\n\r\n',
  },
  {
    name: 'folded header',
    bytes: 'GET /hub/v1/users HTTP/1.1\r\nhost: a\r\nx-api-key: a\r\n b\r\nconnection: close\r\n\r\n',
  },
  { name: 'no host', bytes: 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n' },
  {
    name: 'length and chunks',
    bytes:
      'POST /hub/v1/users HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: a\r\n\r\n',
  },
  {
    name: 'two lengths',
    bytes: 'POST /hub/v1/users HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\ncontent-length: 40\r\n\r\n',
  },
  { name: 'negative length', bytes: 'POST /hub/v1/users HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n' },
  {
    name: 'bad chunk',
    bytes: 'POST /hub/v1/users HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n',
  },
  { name: 'odd expectation', bytes: 'GET /healthz HTTP/1.1\r\nhost: a\r\nexpect: tea\r\nconnection: close\r\n\r\n' },
  { name: 'HTTP/2 greeting', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
]
