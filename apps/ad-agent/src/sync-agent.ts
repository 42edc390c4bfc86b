#!/usr/bin/env node
import { hostname } from 'node:os'
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
  print: (line) => process.stdout.write(line),
  printError: (line) => process.stderr.write(line),
  run: runSync,
  examine,
})
