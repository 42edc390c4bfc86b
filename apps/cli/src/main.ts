#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'

process.exitCode = await runCommandLine(process.argv.slice(2), {
  url: process.env['LOCKSTEP_PUBLIC_URL'],
  apiKey: process.env['LOCKSTEP_API_KEY'],
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
})
