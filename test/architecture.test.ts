// Holds the import table of ARCHITECTURE.md: who may import whom. A new arrow is a decision, not an accident.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Rooms, most specific first. `main` files wire their program together. */
const rooms: readonly (readonly [room: string, pattern: RegExp])[] = [
  ['shared/model', /^shared\/model\//],
  ['shared/api', /^shared\/api\//],
  ['shared/wire', /^shared\/wire\//],
  ['shared', /^shared\//],
  ['proto', /^proto\//],
  ['agent/host', /^agent\/host\//],
  ['agent/jobs', /^agent\/jobs\//],
  ['agent/sources', /^agent\/sources\//],
  ['agent/processes', /^agent\/processes\//],
  ['agent/sampler', /^agent\/sampler\//],
  ['agent/spool', /^agent\/spool\//],
  ['agent/uplink', /^agent\/uplink\//],
  ['agent/profiler', /^agent\/profiler\//],
  ['agent/control', /^agent\/control\//],
  ['agent/identity', /^agent\/identity\//],
  ['agent', /^agent\//],
  ['executor', /^executor\//],
  ['collector/grpc', /^collector\/grpc\//],
  ['collector/enrolment', /^collector\/enrolment\//],
  ['collector/ingest', /^collector\/ingest\//],
  ['collector/store', /^collector\/store\//],
  ['collector/query', /^collector\/query\//],
  ['collector/control', /^collector\/control\//],
  ['collector/import', /^collector\/import\//],
  ['collector/live', /^collector\/live\//],
  ['collector/identity', /^collector\/identity\//],
  ['collector/http', /^collector\/http\//],
  ['collector/web', /^collector\/web\//],
  ['collector', /^collector\//],
  ['cli', /^cli\//],
  ['scripts', /^scripts\//],
  // Only its version is read.
  ['package', /^package\.json$/],
];

/** What each room may import besides itself. `npm:*` is any package, `npm:x` only x. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'shared/model': [],
  'shared/api': ['shared/model', 'npm:typebox'],
  'shared/wire': ['shared/model', 'shared', 'proto', 'node'],
  shared: ['package', 'shared/model', 'shared/api', 'node', 'npm:pino', 'npm:yaml', 'npm:typebox'],
  proto: ['npm:@grpc/grpc-js', 'npm:@grpc/proto-loader'],
  'agent/host': ['shared/model', 'shared', 'node'],
  'agent/jobs': ['agent/host', 'shared/model', 'shared', 'node'],
  'agent/sources': ['agent/host', 'agent/jobs', 'shared/model', 'shared', 'node'],
  'agent/processes': ['agent/host', 'agent/jobs', 'shared/model', 'shared', 'node'],
  'agent/profiler': ['agent/host', 'agent/jobs', 'agent/processes', 'shared/model', 'shared', 'node'],
  'agent/sampler': ['agent/host', 'agent/sources', 'shared/model', 'shared', 'node'],
  'agent/spool': ['shared/model', 'shared', 'node'],
  'agent/uplink': ['agent/spool', 'shared/wire', 'shared/model', 'shared', 'proto', 'node'],
  'agent/control': ['agent/spool', 'agent/profiler', 'executor', 'shared/model', 'shared', 'node'],
  'agent/identity': ['agent/uplink', 'shared/wire', 'shared/model', 'shared', 'proto', 'node'],
  agent: [
    'agent/host',
    'agent/identity',
    'agent/jobs',
    'agent/sources',
    'agent/processes',
    'agent/sampler',
    'agent/spool',
    'agent/uplink',
    'agent/profiler',
    'agent/control',
    'shared/model',
    'shared',
    'node',
    'npm:typebox',
    'npm:systeminformation',
  ],
  executor: ['shared/model', 'node'],
  'collector/live': ['shared/model', 'shared', 'shared/api', 'collector/query'],
  'collector/grpc': ['shared/wire', 'shared', 'node'],
  'collector/enrolment': [
    'collector/grpc',
    'collector/identity',
    'shared/wire',
    'shared/model',
    'shared',
    'proto',
    'node',
  ],
  'collector/ingest': [
    'collector/grpc',
    'collector/store',
    'collector/live',
    'shared/wire',
    'shared/model',
    'shared',
    'proto',
    'node',
  ],
  'collector/store': ['shared/model', 'shared', 'node', 'npm:better-sqlite3'],
  'collector/query': [
    'collector/store',
    'shared/model',
    'shared',
    'shared/api',
    'node',
    'npm:pprof-format',
    'npm:yaml',
  ],
  'collector/control': [
    'collector/store',
    'collector/ingest',
    'collector/live',
    'executor',
    'shared/model',
    'shared',
    'node',
  ],
  'collector/import': [
    'collector/store',
    'collector/control',
    'collector/live',
    'shared/model',
    'shared',
    'shared/api',
    'node',
    'npm:pprof-format',
  ],
  'collector/identity': [
    'collector/store',
    'shared/model',
    'shared',
    'shared/api',
    'node',
    'npm:@peculiar/x509',
    'npm:reflect-metadata',
  ],
  'collector/http': [
    'collector/query',
    'collector/identity',
    'collector/control',
    'collector/import',
    'collector/live',
    'shared/model',
    'shared',
    'shared/api',
    'node',
    'npm:fastify',
    'npm:@fastify/*',
    'npm:typebox',
    'npm:prom-client',
  ],
  'collector/web': ['shared/model', 'shared', 'shared/api', 'npm:preact', 'npm:@preact/signals', 'npm:uplot'],
  collector: [
    'collector/enrolment',
    'collector/grpc',
    'collector/ingest',
    'collector/identity',
    'collector/store',
    'collector/query',
    'collector/control',
    'collector/import',
    'collector/live',
    'collector/http',
    'shared/model',
    'shared',
    'node',
    'npm:typebox',
    'npm:node-cron',
    'npm:commander',
  ],
  cli: ['shared/model', 'shared', 'shared/api', 'node', 'npm:commander', 'npm:yaml'],
  // The reference pages are made from the parts that they describe.
  scripts: [
    'agent',
    'agent/host',
    'agent/sources',
    'agent/identity',
    'agent/sampler',
    'executor',
    'collector',
    'collector/http',
    'collector/grpc',
    'collector/ingest',
    'cli',
    'proto',
    'shared/wire',
    'shared/api',
    'shared/model',
    'shared',
    'node',
    'npm:*',
  ],
};

/** What collector/control and agent/control may see of the executor: its contract, its catalogue and its pure checks. */
const executorDoors = new Set(
  ['protocol.ts', 'frame-reader.ts', 'catalogue.ts', 'parameters.ts'].map((name) => `executor/${name}`),
);

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The arrows of one file: paths within the repository, `node` or `npm:package`. Pure, so the test can test itself. */
export function arrowsOf(file: string, source: string): readonly Arrow[] {
  const specifiers = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|(?:^|\n)\s*import\s*'([^']+)'|\bimport\s*\(\s*'([^']+)'/g,
  );
  return [...specifiers].map(([, fromClause, bare, dynamic]) => {
    const specifier = fromClause ?? bare ?? dynamic ?? '';
    if (specifier.startsWith('.'))
      return { from: file, to: relative(root, resolve(root, dirname(file), specifier)) };
    if (specifier.startsWith('node:')) return { from: file, to: 'node' };
    const parts = specifier.split('/');
    return { from: file, to: `npm:${specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]}` };
  });
}

export function violation({ from, to }: Arrow): string | undefined {
  const fromRoom = roomOf(from);
  const may = allowed[fromRoom] ?? [];
  const says = `${from} imports ${to}: ${fromRoom} may import only ${may.join(', ') || 'nothing'}`;
  if (to === 'node' || to.startsWith('npm:'))
    return may.some((entry) => matches(entry, to)) ? undefined : says;
  if (/(^|\/)main\.tsx?$/.test(to)) return `${from} imports ${to}: main files are never imported`;
  const toRoom = roomOf(to);
  if (toRoom === 'executor' && fromRoom !== 'executor' && !executorDoors.has(to)) return says;
  return toRoom === fromRoom || may.includes(toRoom) ? undefined : says;
}

function matches(entry: string, target: string): boolean {
  return entry.endsWith('*') ? target.startsWith(entry.slice(0, -1)) : entry === target;
}

function roomOf(path: string): string {
  return rooms.find(([, pattern]) => pattern.test(path))?.[0] ?? 'no room';
}

function sourceFiles(): readonly string[] {
  const tops = ['shared', 'proto', 'agent', 'executor', 'collector', 'cli', 'scripts'];
  return tops.flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
      .map((name) => join(top, name)),
  );
}

describe('architecture', () => {
  test('every import follows the table', () => {
    const arrows = sourceFiles().flatMap((file) => arrowsOf(file, readFileSync(join(root, file), 'utf8')));
    expect(arrows.length).toBeGreaterThan(100);
    expect(arrows.map(violation).filter((found) => found !== undefined)).toEqual([]);
  });

  test('every source file stands in a room of the table', () => {
    expect(sourceFiles().filter((file) => !(roomOf(file) in allowed))).toEqual([]);
  });

  test('no file is longer than 300 lines', () => {
    const long = sourceFiles().filter(
      (file) =>
        !file.startsWith('proto/gen/') && readFileSync(join(root, file), 'utf8').split('\n').length > 301,
    );
    expect(long).toEqual([]);
  });

  test.each([
    ['agent/sources/processor/cpu.ts', "import { x } from '../../uplink/uplink.ts';"],
    ['executor/main.ts', "import { pino } from 'pino';"],
    ['collector/http/routes.ts', "import type { Store } from '../store/store.ts';"],
    ['shared/model/node.ts', "import { readFileSync } from 'node:fs';"],
    ['collector/web/app.tsx', "const lazy = import('../store/store.ts');"],
    ['agent/agent.ts', "import { a } from './main.ts';"],
    ['cli/main.ts', "import {\n  a,\n} from '../collector/query/query.ts';"],
  ])('an arrow against the table is found: %s', (file, source) => {
    expect(arrowsOf(file, source).map(violation).filter(Boolean)).toHaveLength(1);
  });
});
