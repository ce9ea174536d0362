/** Version of the protocol that this code speaks; the first field of Hello. */
export const protocolVersion = 1;
