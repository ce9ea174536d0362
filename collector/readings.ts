// What ingest and control count about themselves, as figures of the collector's /metrics.
import type { ControlStatistics } from './control/control-service.ts';
import type { Reading } from './http/self-metrics.ts';
import type { IngestStatistics } from './ingest/statistics.ts';

export function ingestReadings(statistics: IngestStatistics): readonly Reading[] {
  const { streams, streamsOpened, streamsEnded, receivedBytes, batches, duplicates, samples, refused } =
    statistics;
  return [
    { name: 'ingest_streams', help: 'Streams of agents that are open.', value: streams },
    { name: 'ingest_streams_opened_total', help: 'Streams of agents since start.', value: streamsOpened },
    { name: 'ingest_received_bytes_total', help: 'Bytes of the messages of agents.', value: receivedBytes },
    { name: 'ingest_samples_total', help: 'Samples stored since start.', value: samples },
    { name: 'ingest_duplicates_total', help: 'Batches that were stored before.', value: duplicates },
    ...labelled('ingest_batches_total', 'Batches acknowledged, by class.', 'class', batches),
    ...labelled('ingest_refused_total', 'Batches that were not stored, by reason.', 'reason', refused),
    ...labelled(
      'ingest_streams_ended_total',
      'Streams that the collector ended, by reason.',
      'reason',
      streamsEnded,
    ),
  ];
}

export function controlReadings(statistics: ControlStatistics): readonly Reading[] {
  return [
    { name: 'control_nodes', help: 'Nodes whose control stream is open.', value: statistics.connectedNodes },
    { name: 'control_open_commands', help: 'Commands that are not over.', value: statistics.openCommands },
    {
      name: 'control_open_targets',
      help: 'Nodes of commands that are not over.',
      value: statistics.openTargets,
    },
    { name: 'control_open_profiles', help: 'Profiles that are not over.', value: statistics.openProfiles },
  ];
}

function labelled(
  name: string,
  help: string,
  label: string,
  values: ReadonlyMap<string, number>,
): readonly Reading[] {
  return [...values].map(([key, value]) => ({ name, help, value, labels: { [label]: key } }));
}
