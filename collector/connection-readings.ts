// What the listeners of agents count about their connections, as figures of the collector's /metrics.
import type { ConnectionStatistics } from './grpc/connection-statistics.ts';
import type { Reading } from './http/self-metrics.ts';

/** By the name of the listener. */
export function connectionReadings(listeners: ReadonlyMap<string, ConnectionStatistics>): readonly Reading[] {
  return [...listeners].flatMap(([listener, { open, openHandshakes, opened, refused }]) => [
    {
      name: 'connections',
      help: 'Connections that are open, by listener: agents, enrolment, plain.',
      value: open,
      labels: { listener },
    },
    {
      name: 'connections_in_handshake',
      help: 'Connections whose handshake is not over.',
      value: openHandshakes,
      labels: { listener },
    },
    {
      name: 'connections_opened_total',
      help: 'Connections that were taken since start.',
      value: opened,
      labels: { listener },
    },
    ...[...refused].map(([reason, value]) => ({
      name: 'connections_refused_total',
      help: 'Connections that were turned away or ended, by reason.',
      value,
      labels: { listener, reason },
    })),
  ]);
}
