/** The version of the agents that belong to this hub; the same as in their package. */
export const offeredAgentVersion = '0.1.0'
