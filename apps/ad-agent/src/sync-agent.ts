#!/usr/bin/env node
import { hostname } from 'node:os'
import { linePrinter } from './agent/line-printer.ts'
import { lostLines } from './agent/log.ts'
import { runProgram } from './agent/program.ts'
import { examine } from './doctor/examine.ts'
import { runSync } from './sync/run-sync.ts'

process.exitCode = await runProgram({
  kind: 'SYNC',
  args: process.argv.slice(2),
  password: process.env['LOCKSTEP_AGENT_BIND_PASSWORD'],
  connectKey: process.env['LOCKSTEP_AGENT_CONNECT_KEY'],
  hostname: hostname(),
  program: process.argv[1] ?? '',
  print: linePrinter(process.stdout, (lines) => lostLines('sync-agent', lines)),
  printError: linePrinter(process.stderr, (lines) => lostLines('sync-agent', lines)),
  run: runSync,
  examine,
  checkPassword: async (_command, printError) => {
    printError('Only the import agent checks passwords.\n')
    return 2
  },
})
