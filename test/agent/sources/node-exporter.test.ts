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
const extraCollectors = ['interrupts', 'mountstats', 'meminfo_numa', 'stat.softirq'];
const missing = isExecutable(program)
  ? undefined
  : `${program} missing, install with: apt-get install prometheus-node-exporter`;

let exporter: ChildProcess;
let before: Exposition;
let after: Exposition;
let ours: readonly Recorded[];

beforeAll(async () => {
  if (missing !== undefined) return;
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const collectors = extraCollectors.map((name) => `--collector.${name}`);
  exporter = spawn(program, [`--web.listen-address=${address}`, ...collectors], { stdio: 'ignore' });
  before = await scrape(address);
  ours = await readEverySource();
  after = await scrape(address);
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
  expect([...names].filter((name) => !before.kinds.has(name))).toEqual([]);
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
  let compared = 0;
  const wrong = ours.flatMap(({ metric, labels, value }) => {
    const earlier = before.valueOf(metric.name, labels);
    const later = after.valueOf(metric.name, labels);
    if (earlier === undefined || later === undefined) return [];
    compared += 1;
    // What moves both ways may have moved between the readings; what stood still has to be the same.
    if (metric.kind === 'gauge' && earlier !== later) return [];
    const slack = 10 ** -metric.decimals + Math.abs(later) * 1e-9;
    const inside = value >= earlier - slack && value <= later + slack;
    return inside ? [] : [`${metric.name}${JSON.stringify(labels)}: ${value}, not ${earlier} to ${later}`];
  });
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(100);
});

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
