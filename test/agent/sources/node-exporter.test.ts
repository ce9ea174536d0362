// What carries a name of node_exporter means what it means there: the same labels, the same kind, the same values, on the
// machine that runs the tests, beside the real program.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHost } from '../../../agent/host/host.ts';
import { sourceFactories } from '../../../agent/sources/registry.ts';
import { freePorts, isExecutable } from '../../system/machine-probes.ts';
import { type Exposition, parseExposition } from './exposition.ts';
import { type Recorded, RecordingSink } from './fixture-machine.ts';

const program = '/usr/bin/prometheus-node-exporter';
/** What it leaves out unless asked, and we do not. */
const extraCollectors = [
  'interrupts',
  'mountstats',
  'meminfo_numa',
  'stat.softirq',
  'drm',
  'systemd',
  'systemd.enable-restarts-metrics',
];
/** What moves both ways may move and come back between two readings; what is wrong is wrong in all rounds. */
const rounds = 4;
const missing = isExecutable(program)
  ? undefined
  : `${program} missing, install with: apt-get install prometheus-node-exporter`;

let exporter: ChildProcess;
let readings: readonly Reading[];
let before: Exposition;
let ours: readonly Recorded[];

interface Reading {
  readonly before: Exposition;
  readonly ours: readonly Recorded[];
  readonly after: Exposition;
}

beforeAll(async () => {
  if (missing !== undefined) return;
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const collectors = extraCollectors.map((name) => `--collector.${name}`);
  exporter = spawn(program, [`--web.listen-address=${address}`, ...collectors], { stdio: 'ignore' });
  const taken: Reading[] = [];
  before = await scrape(address);
  let scraped = before;
  for (let round = 0; round < rounds; round += 1) {
    const recorded = await readEverySource();
    const after = await scrape(address);
    taken.push({ before: scraped, ours: recorded, after });
    scraped = after;
  }
  readings = taken;
  ours = taken[0]?.ours ?? [];
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  if (missing !== undefined) return;
  const gone = once(exporter, 'exit');
  exporter.kill();
  await gone;
});

test('every name is one that node_exporter has here', () => {
  const names = new Set(ours.map(({ metric }) => metric.name));
  // It asks systemd over the bus, which may be closed to it.
  const hasSystemd = before.valueOf('node_scrape_collector_success', { collector: 'systemd' }) === 1;
  const expected = [...names].filter((name) => hasSystemd || !name.startsWith('node_systemd_'));
  expect(expected.filter((name) => !before.kinds.has(name))).toEqual([]);
  expect(names.size).toBeGreaterThan(100);
});

test('every kind is the one of node_exporter, where it tells one', () => {
  const wrong = ours.filter(({ metric: { name, kind } }) => {
    const theirs = before.kinds.get(name);
    return theirs !== kind && theirs !== 'untyped' && theirs !== undefined;
  });
  expect(wrong.map(({ metric }) => metric.name)).toEqual([]);
});

test('every label is one of node_exporter', () => {
  const wrong = ours.filter(({ metric, labels }) => {
    const theirs = before.series.filter(({ name }) => name === metric.name);
    return theirs.length > 0 && !theirs.some((series) => keysOf(series.labels) === keysOf(labels));
  });
  expect(wrong.map(({ metric, labels }) => `${metric.name}{${keysOf(labels)}}`)).toEqual([]);
});

test('every value lies between two that node_exporter tells', () => {
  let suspects = new Map<string, string>();
  for (const [round, reading] of readings.entries()) {
    const { compared, wrong } = compare(reading);
    expect(compared).toBeGreaterThan(100);
    suspects = round === 0 ? wrong : new Map([...wrong].filter(([series]) => suspects.has(series)));
  }
  expect([...suspects.values()]).toEqual([]);
});

/** How many values were compared, and what is wrong by series. */
function compare({ before: first, ours: recorded, after }: Reading) {
  const wrong = new Map<string, string>();
  let compared = 0;
  for (const { metric, labels, value } of recorded) {
    const earlier = first.valueOf(metric.name, labels);
    const later = after.valueOf(metric.name, labels);
    if (earlier === undefined || later === undefined) continue;
    compared += 1;
    if (metric.kind === 'gauge' && earlier !== later) continue;
    const slack = 10 ** -metric.decimals + Math.abs(later) * 1e-9;
    if (value >= earlier - slack && value <= later + slack) continue;
    const series = `${metric.name}${JSON.stringify(labels)}`;
    wrong.set(series, `${series}: ${value}, not ${earlier} to ${later}`);
  }
  return { compared, wrong };
}

function keysOf(labels: object): string {
  return Object.keys(labels).toSorted().join();
}

async function readEverySource(): Promise<readonly Recorded[]> {
  const host = createHost();
  const sink = new RecordingSink();
  for (const source of sourceFactories.map((create) => create(host))) {
    if (source.probe().present) await source.read(sink);
    source.close();
  }
  return [...sink.recorded.values()].filter(({ metric }) => metric.name.startsWith('node_'));
}

async function scrape(address: string): Promise<Exposition> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(10_000) });
      return parseExposition(await response.text());
    } catch (error) {
      // It may not listen yet.
      if (attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
