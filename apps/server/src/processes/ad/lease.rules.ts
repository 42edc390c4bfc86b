/** How long a primary agent stays primary without asking again; it asks every third of it. */
export const leaseMs = 6_000
