/** What a bulk request may hold. */
export const bulkLimits = { maxOperations: 1000, maxPayloadSize: 4_194_304 } as const

/** What the body of another request may hold. */
export const maxBodyBytes = 1_048_576
