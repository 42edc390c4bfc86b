/** The version both agents report to the hub; the same as in package.json. */
export const agentVersion = '0.1.0'
