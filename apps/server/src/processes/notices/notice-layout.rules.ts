// The form of every mail: plain text and HTML with the same words. The HTML loads nothing, so that no mail program asks whether it may and
// nobody learns who read it when; it reads in order without its styles.
import type { MailWords } from './notice-words.rules.ts'

export interface MailLayout {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface LayoutSurroundings {
  readonly organization: string
  /** What the organization puts below every mail; empty for nothing. */
  readonly disclaimer: string
}

/** Subjects are one line: a line break would begin another header. */
const lineBreaks = /[\r\n\u2028\u2029]+/g
const subjectLength = 200

export function layOut(words: MailWords, { organization, disclaimer }: LayoutSurroundings): MailLayout {
  const { title, paragraphs, button, closing = [], reason } = words
  const subject = words.subject.replaceAll(lineBreaks, ' ').trim().slice(0, subjectLength)
  const footer = [reason, disclaimer.trim()].filter((text) => text !== '')
  const text = [
    title,
    ...paragraphs,
    ...(button ? [`${button.label}:\n${button.url}`] : []),
    ...closing,
    `-- \n${[organization, ...footer].join('\n')}`,
  ].join('\n\n')
  return { subject, text: `${text}\n`, html: html({ ...words, subject }, organization, footer) }
}

function html(words: MailWords, organization: string, footer: readonly string[]): string {
  const { subject, title, paragraphs, button, closing = [] } = words
  const body = [
    `<p style="margin:0 0 24px;font-size:13px;color:#55585f">${escaped(organization)}</p>`,
    `<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3;font-weight:600">${escaped(title)}</h1>`,
    ...paragraphs.map(paragraph),
    ...(button && isWebAddress(button.url) ? buttonOf(button) : []),
    ...closing.map(paragraph),
    '<hr style="margin:32px 0 16px;border:0;border-top:1px solid #d9dbe0">',
    ...footer.map((text) => `<p style="margin:0 0 8px;font-size:12px;color:#55585f">${lines(text)}</p>`),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(subject)}</title>
</head>
<body style="margin:0;padding:24px;background:#ffffff;color:#1d1f24;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:15px;line-height:1.5">
<div role="article" aria-label="${escaped(subject)}" lang="en" style="max-width:560px;margin:0 auto">
${body.join('\n')}
</div>
</body>
</html>
`
}

function paragraph(text: string): string {
  return `<p style="margin:0 0 16px">${lines(text)}</p>`
}

function buttonOf({ label, url }: NonNullable<MailWords['button']>): readonly string[] {
  const href = escaped(url)
  return [
    `<p style="margin:24px 0 8px"><a href="${href}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#3b4fc4;color:#ffffff;text-decoration:none;font-weight:600">${escaped(label)}</a></p>`,
    `<p style="margin:0 0 24px;font-size:12px;color:#55585f;overflow-wrap:anywhere">Or open this address: <a href="${href}" style="color:#3b4fc4">${href}</a></p>`,
  ]
}

/** Whatever else an address might be, a mail links to pages alone. */
function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url)
}

function lines(text: string): string {
  return text.split(/\r?\n/).map(escaped).join('<br>')
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
