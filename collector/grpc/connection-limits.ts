// How much the connections of one listener may take, and for how long.

export interface ConnectionLimits {
  readonly connections: number;
  /** From one address; relays and the loopback, where tunnels end, have no bound of their own. */
  readonly connectionsPerAddress: number;
  /** Addresses behind which there are many nodes. */
  readonly relays: readonly string[];
  /** Handshakes that go on at once; one more ends the oldest of them, which is the slowest. */
  readonly handshakes: number;
  readonly handshakeMs: number;
  /** A connection on which no call has greeted is left after so long. */
  readonly greetingMs: number;
  /** Of a connection on which nothing comes, a ping neither. */
  readonly silentMs: number;
  /** How old a connection may become, and by how much that varies, so that those that came together do not leave together. */
  readonly ageMs: number;
  readonly ageJitterMs: number;
  /** Calls at once on one connection. */
  readonly calls: number;
  /** Calls that are begun on one connection: so many at once, and then so many a second. Most of them are reset again. */
  readonly callBurst: number;
  readonly callsPerSecond: number;
  readonly messageBytes: number;
}

const hour = 3_600_000;

/** For agents: one connection each, with two calls that live for months. */
export const agentLimits: Omit<ConnectionLimits, 'messageBytes'> = {
  connections: 6_000,
  connectionsPerAddress: 8,
  relays: [],
  handshakes: 512,
  handshakeMs: 10_000,
  greetingMs: 10_000,
  /** Agents send a ping when nothing else was sent for 30 s. */
  silentMs: 90_000,
  ageMs: 24 * hour,
  ageJitterMs: 4 * hour,
  calls: 4,
  callBurst: 64,
  callsPerSecond: 2,
};

/** For nodes that join: one short call. */
export const enrolmentLimits: Omit<ConnectionLimits, 'messageBytes'> = {
  ...agentLimits,
  connections: 1_000,
  connectionsPerAddress: 4,
  handshakes: 256,
  greetingMs: 30_000,
  silentMs: 30_000,
  ageMs: 30_000,
  ageJitterMs: 0,
  calls: 1,
  callBurst: 4,
  callsPerSecond: 0,
};
