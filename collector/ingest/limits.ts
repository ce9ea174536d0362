// How much one agent may send, and how much of everything the collector takes from all of them.

export interface IngestLimits {
  /** Streams of all agents together: two each for 5,000, and as many again while they reconnect. */
  readonly streams: number;
  /** Streams from one address; tunnels of all nodes end at the loopback address, which has no limit of its own. */
  readonly streamsPerAddress: number;
  readonly streamsFromLoopback: number;
  /** Greetings that the store is asked about at once; the others wait their turn. */
  readonly greetings: number;
  /** Per node; both streams of an agent count. */
  readonly hellosPerMinute: number;
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly samplesPerSecond: number;
  /** Series per node that no stream has defined before. */
  readonly newSeriesPerMinute: number;
  /** Hours of data per node that it has not sent lately: each takes a file, however little is in it. */
  readonly hoursPerMinute: number;
  /** Batches of one session that are not on disk yet; as many as its credit at most. */
  readonly batchesUnderWay: number;
  /** Bytes of the batches of one session that are not on disk yet; one larger batch may be. */
  readonly bytesUnderWayPerAgent: number;
  /** Bytes of all batches that are not on disk yet. */
  readonly bytesUnderWay: number;
}

export const usualLimits: IngestLimits = {
  streams: 20_000,
  streamsPerAddress: 1_024,
  streamsFromLoopback: 20_000,
  greetings: 256,
  hellosPerMinute: 60,
  messagesPerSecond: 500,
  bytesPerSecond: 4 * 1024 * 1024,
  samplesPerSecond: 250_000,
  newSeriesPerMinute: 1_024,
  hoursPerMinute: 60,
  batchesUnderWay: 32,
  bytesUnderWayPerAgent: 4 * 1024 * 1024,
  bytesUnderWay: 256 * 1024 * 1024,
};
