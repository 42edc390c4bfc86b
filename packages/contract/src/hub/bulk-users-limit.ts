/** The most users that one bulk action takes. */
export const bulkUsersLimit = 200_000
