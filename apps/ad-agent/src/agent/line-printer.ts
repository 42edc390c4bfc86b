import { fstatSync, writeSync } from 'node:fs'

/** Standard output or standard error. */
interface OutputStream {
  readonly fd: number
  write(line: string): unknown
  on(event: 'error', listener: () => void): unknown
}

/**
 * Prints lines to a stream of this process. What cannot be written (a log file on a full disk, a reader that is gone) is lost instead of
 * ending the program; `tellLost` makes the line that says so, with the number of lines, as soon as there is room again.
 */
export function linePrinter(stream: OutputStream, tellLost: (lines: number) => string): (line: string) => void {
  // A stream to a file destroys itself at the first failure and would stay silent when there is room again.
  if (fstatSync(stream.fd).isFile()) return filePrinter(stream.fd, tellLost)
  // Nobody reads any more, and there is nowhere else to say it.
  stream.on('error', () => undefined)
  return (line) => void stream.write(line)
}

function filePrinter(fd: number, tellLost: (lines: number) => string): (line: string) => void {
  let lost = 0
  let isBroken = false
  const print = (line: string): boolean => {
    const bytes = Buffer.from(isBroken ? `\n${line}` : line)
    const written = tryWrite(fd, bytes)
    // What fitted is the beginning of a line.
    isBroken = written === 0 ? isBroken : written < bytes.length
    return written === bytes.length
  }
  return (line) => {
    if (lost > 0 && print(tellLost(lost))) lost = 0
    if (lost > 0 || !print(line)) lost += 1
  }
}

/** How many octets the file took: fewer than all, or none, on a full disk. */
function tryWrite(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes)
  } catch {
    return 0
  }
}
