// A recorded machine as a host: its proc and sys trees, and what statfs said there. And a sink that remembers.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHost, type Host } from '../../../agent/host/host.ts';
import type { StatMount } from '../../../agent/host/mount-statistics.ts';
import type { SampleSink } from '../../../agent/sources/source.ts';
import type { Labels, MetricDefinition } from '../../../shared/model/metric.ts';

const machines = join(import.meta.dirname, '../../fixtures/machines');

export const machineNames: readonly string[] = readdirSync(machines).sort();

export function machineFolder(name: string): string {
  return join(machines, name);
}

/** A copy that may be damaged; remove it with `dispose`. */
export function copyMachine(name: string): { readonly folder: string; readonly dispose: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'machine-'));
  cpSync(machineFolder(name), folder, { recursive: true });
  return { folder, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

export function fixtureHost(folder: string): Host {
  const root = join(folder, 'root');
  const sizesFile = join(folder, 'statfs.json');
  const sizes = new Map<string, unknown>(
    existsSync(sizesFile) ? Object.entries(JSON.parse(readFileSync(sizesFile, 'utf8')) as object) : [],
  );
  return createHost({
    roots: { proc: join(folder, 'proc'), sys: join(folder, 'sys'), root },
    // What a machine's programs print is recorded as small scripts in its folder `bin`.
    programPath: `${join(folder, 'bin')}:/usr/bin:/bin`,
    // Stored lines need the answer, however busy this machine is.
    firstAnswerMs: 10_000,
    ownCpuMicroseconds: () => 1_234_567,
    async statMount(path) {
      const size = sizes.get(path.slice(root.length));
      if (typeof size === 'object') return size as Awaited<ReturnType<StatMount>>;
      throw Object.assign(new Error('statfs'), { code: typeof size === 'string' ? size : 'ENOENT' });
    },
  });
}

export interface Recorded {
  readonly metric: MetricDefinition;
  readonly labels: Labels;
  readonly value: number;
}

export class RecordingSink implements SampleSink {
  readonly recorded = new Map<string, Recorded>();
  private readonly definitions: { readonly metric: MetricDefinition; readonly labels: Labels }[] = [];

  series(metric: MetricDefinition, labels: Labels): number {
    return this.definitions.push({ metric, labels }) - 1;
  }

  set(handle: number, value: number): void {
    const definition = this.definitions[handle];
    if (definition === undefined) throw new Error(`no series has the handle ${handle}`);
    this.recorded.set(nameOf(definition.metric, definition.labels), { ...definition, value });
  }

  valueOf(name: string): number | undefined {
    return this.recorded.get(name)?.value;
  }

  /** One line per value, in the order of setting. */
  render(): string {
    return [...this.recorded].map(([name, { value }]) => `${name} ${value}\n`).join('');
  }
}

function nameOf(metric: MetricDefinition, labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${quote(value)}`);
  return pairs.length === 0 ? metric.name : `${metric.name}{${pairs.join(',')}}`;
}

/** Quoted, everything but printable ASCII as an escape, so that the stored lines can be read. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
