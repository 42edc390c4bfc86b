import { dirname, resolve } from 'node:path'
import type { AgentKind } from '@lockstep/contract/agents/protocol'
import type { CaptureSources } from './agent-file.ts'
import type { ServiceCommand } from './options.ts'

export interface ServiceSurroundings {
  readonly kind: AgentKind
  /** The Node that runs this, and the program that was started. */
  readonly node: string
  readonly program: string
  /** What the agent captures passwords with, as its file says. */
  readonly capture?: CaptureSources | undefined
}

const words = { IMPORT: 'import', SYNC: 'sync' } as const

/** A systemd unit that keeps the agent running, or the same for Windows as commands of PowerShell. */
export function serviceText(command: ServiceCommand, surroundings: ServiceSurroundings): string {
  return command.system === 'systemd' ? systemdUnit(command, surroundings) : windowsCommands(command, surroundings)
}

function systemdUnit(
  { configFile, user: wanted }: ServiceCommand,
  { kind, node, program, capture }: ServiceSurroundings,
): string {
  // Nobody else may open the domain controller's socket.
  const user = capture?.socket === undefined ? wanted : 'root'
  const { rulesFile, gnupgHome } = capture ?? {}
  const written = [
    ...(rulesFile === undefined ? [] : [dirname(rulesFile)]),
    ...(gnupgHome === undefined ? [] : [gnupgHome]),
  ]
  const paths =
    written.length === 0 ? '' : `ReadWritePaths=${written.map((path) => systemdWord(resolve(path))).join(' ')}\n`
  const account =
    user === 'root' ? '' : `#   useradd --system --no-create-home --shell /usr/sbin/nologin ${user}     (once)\n`
  const name = `lockstep-${words[kind]}-agent`
  const config = resolve(configFile)
  const command = [node, resolve(program), 'run', '--config', config].map(systemdWord).join(' ')
  return `# Save as /etc/systemd/system/${name}.service, then, as root:
${account}#   chown ${user} ${config} && chmod 600 ${config}
#   systemctl daemon-reload && systemctl enable --now ${name}
# Its log: journalctl -u ${name}
[Unit]
Description=Lockstep ${words[kind]} agent
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=${command}
User=${user}
# The agent waits for hub and domain controller by itself; it ends only when its file is wrong or it is killed.
Restart=always
RestartSec=5
TimeoutStopSec=5
NoNewPrivileges=yes
ProtectSystem=strict
${paths}ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
LockPersonality=yes
CapabilityBoundingSet=
UMask=0077

[Install]
WantedBy=multi-user.target
`
}

/** A word of a command line as systemd reads it: quoted when it has to be, specifiers and variables taken as they stand. */
function systemdWord(text: string): string {
  const plain = text.replaceAll('%', '%%').replaceAll('$', '$$$$')
  return /^[\w./:@%$+=,-]+$/.test(plain) ? plain : `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function windowsCommands({ configFile }: ServiceCommand, { kind, node, program }: ServiceSurroundings): string {
  const name = `Lockstep ${words[kind]} agent`
  const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
  const config = resolve(configFile)
  const args = `"${resolve(program)}" run --config "${config}"`
  return `# In PowerShell as an administrator. Node is no Windows service by itself, so the task scheduler starts the agent with the machine,
# as LOCAL SERVICE, and starts it again when it ends.
icacls ${quote(config)} /inheritance:r /grant 'NT AUTHORITY\\LOCAL SERVICE:R' 'BUILTIN\\Administrators:F'
$action = New-ScheduledTaskAction -Execute ${quote(node)} -Argument ${quote(args)}
$trigger = New-ScheduledTaskTrigger -AtStartup
$principal = New-ScheduledTaskPrincipal -UserId 'NT AUTHORITY\\LOCAL SERVICE' -LogonType ServiceAccount
$settings = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) \`
  -ExecutionTimeLimit ([TimeSpan]::Zero) -MultipleInstances IgnoreNew -StartWhenAvailable
Register-ScheduledTask -TaskName ${quote(name)} -Action $action -Trigger $trigger -Principal $principal -Settings $settings
Start-ScheduledTask -TaskName ${quote(name)}
# Stop and remove it: Stop-ScheduledTask ${quote(name)}; Unregister-ScheduledTask ${quote(name)}
`
}
