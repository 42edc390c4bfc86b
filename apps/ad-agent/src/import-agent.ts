#!/usr/bin/env node
import { hostname } from 'node:os'
import { linePrinter } from './agent/line-printer.ts'
import { lostLines } from './agent/log.ts'
import { runProgram } from './agent/program.ts'
import { checkPassword } from './capture/check-password.ts'
import { runCapture } from './capture/run-capture.ts'
import { examine } from './doctor/examine.ts'
import { runImport } from './import/run-import.ts'
import { runSignInChecks } from './sign-in/run-sign-in-checks.ts'

process.exitCode = await runProgram({
  kind: 'IMPORT',
  args: process.argv.slice(2),
  password: process.env['LOCKSTEP_AGENT_BIND_PASSWORD'],
  connectKey: process.env['LOCKSTEP_AGENT_CONNECT_KEY'],
  hostname: hostname(),
  program: process.argv[1] ?? '',
  print: linePrinter(process.stdout, (lines) => lostLines('import-agent', lines)),
  printError: linePrinter(process.stderr, (lines) => lostLines('import-agent', lines)),
  run: async (context) => void (await Promise.all([runImport(context), runCapture(context), runSignInChecks(context)])),
  examine,
  checkPassword: ({ rulesFile, isStrict }, printError) =>
    checkPassword({
      rulesFile,
      isStrict,
      input: process.stdin,
      username: process.env['SAMBA_CPS_ACCOUNT_NAME'] ?? '',
      printError,
    }),
})
