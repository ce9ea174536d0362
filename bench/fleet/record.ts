// Records this machine for the simulated fleet: `node bench/fleet/record.ts [--seconds 45]`, so many seconds of each load.
// In: the agent's own sources, read once a second. Out: bench/fleet/recorded/, without names of hosts, devices and mounts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createHost } from '../../agent/host/host.ts';
import { createSampler } from '../../agent/sampler/sampler.ts';
import { createSources } from '../../agent/sources/registry.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLogger } from '../../shared/log.ts';
import type { Labels, MetricTick, SeriesDefinition } from '../../shared/model/metric.ts';
import { type Load, loadsFor } from './loads.ts';
import { type RecordedLoad, type RecordedSeries, writeRecording } from './recording.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '45' } } });
const secondsOfEach = Math.max(10, Number(values.seconds));
/** A load needs as long to show its face. */
const settleMs = 2_500;

/** Names of this machine → names that any machine might have. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['vda', 'sda'],
  ['sda', 'sda'],
  ['nvme0n1', 'sda'],
  ['eth0', 'eth0'],
  ['ens3', 'eth0'],
  ['lo', 'lo'],
]);
const leftOut = /^(jidi_source_|jidi_agent_|node_uname_info|node_filesystem_|node_boot_time|jidi_interrupts)/;

const ticks: MetricTick[] = [];
const host = createHost({ clock: systemClock });
const sources = createSources(host);
const sampler = createSampler({
  clock: systemClock,
  log: createLogger('record', 'silent'),
  intervalMs: 1_000,
  sources,
  scanner: null,
  onTick: (tick) => ticks.push(tick),
  onSnapshot: () => undefined,
});

sampler.start();
const loads: RecordedLoad[] = [];
for (const load of loadsFor(secondsOfEach + settleMs / 1000)) loads.push(await recordLoad(load));
await sampler.stop();
for (const source of sources) source.close();
const series = recordedSeries();
console.log(`${series.length} series, ${ticks.length} seconds, ${writeRecording({ loads, series })} bytes`);

async function recordLoad({ name, command }: Load): Promise<RecordedLoad> {
  const [program, ...args] = command ?? [];
  const child = program === undefined ? null : spawn(program, args, { stdio: 'ignore', cwd: '/tmp' });
  const ended = child === null ? null : once(child, 'exit');
  await delay(settleMs);
  const from = ticks.length;
  await delay(secondsOfEach * 1000);
  const to = ticks.length;
  await ended;
  console.log(`${name}: ${to - from} seconds`);
  return { name, from, to };
}

function recordedSeries(): readonly RecordedSeries[] {
  const definitions = ticks.at(-1)?.series ?? [];
  return definitions.flatMap((definition, place) => {
    const labels = anonymous(definition.labels);
    if (labels === null || leftOut.test(definition.metric)) return [];
    return [{ ...definition, labels, ...columnOf(definition, place) }];
  });
}

/** null: not for others. */
function anonymous(labels: Labels): Labels | null {
  const { device } = labels;
  if (device === undefined) return labels;
  const name = renamed.get(device);
  return name === undefined ? null : { ...labels, device: name };
}

function columnOf({ decimals }: SeriesDefinition, place: number) {
  const scale = 10 ** decimals;
  let last = 0;
  const column = ticks.map(({ values: row }) => {
    const value = row[place] ?? Number.NaN;
    if (Number.isFinite(value)) last = Math.round(value * scale);
    return last;
  });
  const changes = column.map((value, index) => value - (column[index - 1] ?? value));
  return { first: column[0] ?? 0, changes };
}
