import { offeredAgentVersion } from '@lockstep/contract/agents/agent-version'

/** The version both agents report to the hub; the same as in package.json. */
export const agentVersion = offeredAgentVersion
