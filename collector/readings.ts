// What ingest and control count about themselves, as figures of the collector's /metrics.
import type { ControlStatistics } from './control/control-service.ts';
import type { Reading } from './http/self-metrics.ts';
import type { ObservedOwners } from './identity/jobs/observed-owners.ts';
import type { ImportStatistics } from './import/profile-import.ts';
import type { IngestState, IngestStatistics } from './ingest/statistics.ts';

export function ingestReadings(
  statistics: IngestStatistics,
  { load, credit, bytesUnderWay, clocks }: IngestState,
): readonly Reading[] {
  const { streams, streamsOpened, streamsEnded, limited, receivedBytes, messages } = statistics;
  const { batches, duplicates, samples, refused, declared, corrected, quarantined } = statistics;
  return [
    { name: 'ingest_streams', help: 'Streams of agents that are open.', value: streams },
    { name: 'ingest_streams_opened_total', help: 'Streams of agents since start.', value: streamsOpened },
    { name: 'ingest_received_bytes_total', help: 'Bytes of the messages of agents.', value: receivedBytes },
    { name: 'ingest_messages_total', help: 'Batches and reports that arrived.', value: messages },
    { name: 'ingest_samples_total', help: 'Samples stored since start.', value: samples },
    { name: 'ingest_duplicates_total', help: 'Batches that were stored before.', value: duplicates },
    { name: 'ingest_corrected_total', help: 'Batches of wrong clocks, corrected.', value: corrected },
    {
      name: 'ingest_store_load_ratio',
      help: 'How far the store lags: 0 not at all, from 1 on nothing is taken.',
      value: load,
    },
    { name: 'ingest_credit', help: 'Batches that an agent may have under way.', value: credit },
    {
      name: 'ingest_under_way_bytes',
      help: 'Bytes of batches that are not on disk yet.',
      value: bytesUnderWay,
    },
    {
      name: 'ingest_suspect_clocks',
      help: 'Connected nodes whose clock is off by more than two seconds.',
      value: clocks.suspect,
    },
    {
      name: 'ingest_corrected_clocks',
      help: 'Connected nodes whose clock is off by more than a minute, so that their times are corrected.',
      value: clocks.corrected,
    },
    ...labelled('ingest_batches_total', 'Batches acknowledged, by class.', 'class', batches),
    ...labelled('ingest_refused_total', 'Batches that were not stored, by reason.', 'reason', refused),
    ...labelled(
      'ingest_limited_total',
      'Messages that had to wait, by what limited them.',
      'reason',
      limited,
    ),
    ...labelled(
      'ingest_declared_losses_total',
      'Losses that the collector itself declared, by reason.',
      'reason',
      declared,
    ),
    ...labelled(
      'ingest_quarantined_total',
      'Batches of impossible times, by whether they were kept to be looked at.',
      'outcome',
      quarantined,
    ),
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
    ...continuousReadings(statistics),
  ];
}

export function importReadings(statistics: ImportStatistics): readonly Reading[] {
  const { underWay, ...outcomes } = statistics;
  return [
    { name: 'imports_under_way', help: 'Files of profiles that are being read.', value: underWay },
    ...labelled(
      'imports_total',
      'Files of profiles since start, by what became of them.',
      'outcome',
      new Map(Object.entries(outcomes)),
    ),
  ];
}

function continuousReadings(statistics: ControlStatistics): readonly Reading[] {
  return [
    {
      name: 'control_continuous_profiles',
      help: 'Continuous profiles that run.',
      value: statistics.continuousProfiles,
    },
    {
      name: 'control_continuous_refused_total',
      help: 'Continuous profiles that were not begun.',
      value: statistics.refusedContinuousProfiles,
    },
    {
      name: 'control_windows_total',
      help: 'Windows of continuous profiles that were begun.',
      value: statistics.windowsBegun,
    },
    {
      name: 'control_windows_merged_total',
      help: 'Windows of continuous profiles of which the parts became one.',
      value: statistics.windowsMerged,
    },
    {
      name: 'control_windows_unmerged',
      help: 'Windows of continuous profiles that could not be merged yet.',
      value: statistics.windowsUnmerged,
    },
  ];
}

export function ownerReadings(statistics: ObservedOwners['statistics']): readonly Reading[] {
  const { jobs, contested, refused, evicted, cut, forgotten, strangers, unwritten } = statistics;
  return [
    { name: 'owners_jobs', help: 'Jobs of which the owner is known, or known to be several.', value: jobs },
    { name: 'owners_contested_total', help: 'Jobs in which two users were seen.', value: contested },
    { name: 'owners_refused_total', help: 'Jobs left out: their node brought too many.', value: refused },
    { name: 'owners_evicted_total', help: 'Jobs forgotten early, for want of room.', value: evicted },
    { name: 'owners_forgotten_total', help: 'Jobs forgotten because of their age.', value: forgotten },
    { name: 'owners_cut_total', help: 'Stays of jobs on nodes forgotten early.', value: cut },
    { name: 'owners_strangers_total', help: 'Users left out: their node has too many.', value: strangers },
    { name: 'owners_unwritten', help: 'Jobs whose last change is not on disk yet.', value: unwritten },
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
