import type { ReactElement } from 'react'
import { qrMatrix } from './qr-matrix.ts'

interface QrCodeProps {
  readonly text: string
  /** What the picture is, for who cannot see it. */
  readonly label: string
}

/** The light border that readers need, in modules (ISO/IEC 18004, 6.3.8). */
const border = 4

/** A text as a QR code, dark on light in both themes; nothing when it is too long for one. */
export function QrCode({ text, label }: QrCodeProps): ReactElement | null {
  const matrix = qrMatrix(text)
  if (matrix === undefined) return null
  const { size, dark } = matrix
  let path = ''
  for (const [place, module] of dark.entries())
    if (module === 1) path += `M${border + (place % size)} ${border + Math.floor(place / size)}h1v1h-1z`
  const whole = size + 2 * border
  return (
    <svg className="ls-qr" viewBox={`0 0 ${whole} ${whole}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={whole} height={whole} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
