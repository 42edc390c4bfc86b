import type { ReadMail } from './read-mail.ts'

type Shown = ReadMail & { readonly number: number }

/** The mails that were taken, newest first. */
export function renderMailList(mails: readonly Shown[]): string {
  const rows = mails
    .toReversed()
    .map(
      ({ number, to, subject, date }) =>
        `<tr><td><a href="/mails/${number}">${escaped(subject || '(no subject)')}</a></td><td>${escaped(to)}</td><td>${escaped(date)}</td></tr>`,
    )
  const list =
    rows.length === 0
      ? '<p>No mail yet. What the hub sends appears here, and reaches nobody.</p>'
      : `<table><thead><tr><th>Subject</th><th>To</th><th>Sent</th></tr></thead><tbody>${rows.join('\n')}</tbody></table>`
  return page('Mails of the demo', `<h1>Mails of the demo</h1>${list}`, '<meta http-equiv="refresh" content="5">')
}

/** One mail: as text, and as mail programs draw it. */
export function renderMail({ number, from, to, subject, date, text, html }: Shown): string {
  const drawn =
    html === ''
      ? ''
      : `<h2>As a page</h2><iframe title="The mail as a page" sandbox src="/mails/${number}/html"></iframe>`
  return page(
    subject,
    `<p><a href="/">All mails</a></p><h1>${escaped(subject)}</h1>
<dl><dt>From</dt><dd>${escaped(from)}</dd><dt>To</dt><dd>${escaped(to)}</dd><dt>Sent</dt><dd>${escaped(date)}</dd></dl>
<h2>As text</h2><pre>${linked(text)}</pre>${drawn}`,
  )
}

function page(title: string, body: string, head = ''): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>${head}
<style>
:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:24px auto;padding:0 16px}
h1{font-size:20px}h2{font-size:15px}table{width:100%;border-collapse:collapse}th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid #8886}
pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:12px;border:1px solid #8886;border-radius:6px}
iframe{width:100%;height:480px;border:1px solid #8886;border-radius:6px;background:#fff}dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px}dd{margin:0}
</style></head><body>${body}</body></html>
`
}

function linked(text: string): string {
  return escaped(text).replaceAll(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url}</a>`)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}
