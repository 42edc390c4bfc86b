import { createHash, randomBytes } from 'node:crypto'
import { agentHeaders, agentSigningText } from '@lockstep/contract/agents/signature'
import { signMessage } from '../../apps/server/src/platform/crypto/signatures.ts'
import type { Call } from './http-call.ts'

/** An enrolled agent's own facts. */
export interface SigningAgent {
  readonly id: string
  readonly privateKey: string
}

/** The call with the headers that prove which agent sends it. */
export function signedCall(agent: SigningAgent, call: Call, at: Date = new Date()): Call {
  const date = at.toISOString()
  const nonce = randomBytes(16).toString('base64url')
  const bodySha256 = createHash('sha256')
    .update(call.body ?? '')
    .digest('hex')
  const text = agentSigningText({ method: call.method, path: call.path, date, nonce, bodySha256 })
  const signature = signMessage(agent.privateKey, text)
  const headers = {
    [agentHeaders.id]: agent.id,
    [agentHeaders.date]: date,
    [agentHeaders.nonce]: nonce,
    [agentHeaders.signature]: signature,
  }
  return { ...call, headers: { ...call.headers, ...headers } }
}
