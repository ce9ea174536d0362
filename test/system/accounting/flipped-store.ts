// A whole store – log, catalog with its journal, hot, raw and rolled-up files – as a crash leaves it, of which single
// bits are flipped. In: a folder. Out: the same bytes with one bit changed, and what is read of them.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { openChunkStore } from '../../../collector/store/front/chunk-store.ts';
import { metricReads } from '../../../collector/store/read/reader-handlers.ts';
import type { Store } from '../../../collector/store/store.ts';
import { callsTo, type HandlersOf, serveCalls } from '../../../collector/store/threads/calls.ts';
import { openReaderContext } from '../../../collector/store/threads/reader-context.ts';
import { readerHandlers } from '../../../collector/store/threads/reader-parts.ts';
import { openWriterContext } from '../../../collector/store/threads/writer-context.ts';
import { writerHandlers } from '../../../collector/store/threads/writer-parts.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createLogger } from '../../../shared/log.ts';
import { keepAll } from '../../collector/store/threads/keep-all.ts';
import type { GeneratedItem } from './ledger.ts';
import { nodeName, numberedMetrics, snapshot, tick, timeOf } from './numbered-items.ts';
import { openNumberedStore } from './stored-items.ts';

const log = createLogger('test', 'silent');
export const spoolId = '00000000-0000-4000-8000-000000000001';
/** Reading is served by what is here, writing goes on in other files of SQLite. */
const notPart = /lock\.db|-shm$|spare-room/;

export interface Flip {
  readonly file: string;
  readonly bit: number;
}

/** Bytes of every file. */
export type StoreBytes = ReadonlyMap<string, Buffer>;

export interface MadeStore {
  /** As a crash leaves it, and as an orderly end does. */
  readonly states: readonly StoreBytes[];
  readonly items: readonly GeneratedItem[];
}

/** Some hours that are compacted, one that is not, and a log. */
export async function makeStore(folder: string, firstMs: number): Promise<MadeStore> {
  const store = await openNumberedStore(folder);
  const items: GeneratedItem[] = [];
  const sender = { node: nodeName, spoolId };
  await store.putNode(
    { name: nodeName, role: 'compute', bootId: 'boot-1', agentVersion: '0', intervalMs: 1_000 },
    firstMs,
  );
  const add = async (from: number, to: number, every: number): Promise<void> => {
    for (let number = from; number <= to; number += every) {
      const sequence = items.length / 2 + 1;
      const timeMs = timeOf(firstMs, number);
      items.push({ dataClass: 'metric', number, spoolId, sequence });
      items.push({ dataClass: 'process', number, spoolId, sequence });
      const both = [tick(timeMs, number), snapshot(timeMs, number)];
      await Promise.all(both.map((payload) => store.append(sender, { sequence, payload })));
    }
  };
  await add(1, 7_000, 10);
  await store.compact();
  await add(7_200, 10_000, 10);
  const gap = {
    fromTimeMs: firstMs,
    toTimeMs: firstMs,
    count: 1,
    reason: 'buffer-full',
    sequences: null,
  } as const;
  await store.append(sender, {
    sequence: 1,
    payload: { kind: 'gap', gap: { ...gap, dataClass: 'profile' } },
  });
  await store.backup(join(folder, 'unused'));
  rmSync(join(folder, 'unused'), { recursive: true });
  await add(10_001, 10_300, 1);
  const crashed = bytesOf(folder);
  await store.close();
  return { states: [crashed, bytesOf(folder)], items };
}

export function bytesOf(folder: string): StoreBytes {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(folder, name)).isFile() && !notPart.test(name));
  return new Map(files.map((name) => [name, readFileSync(join(folder, name))]));
}

/** One of each kind of file as often as of any other, whatever their sizes. */
export function randomFlip(bytes: StoreBytes): Flip {
  const kinds = Map.groupBy(bytes.keys(), (name) => name.split('/')[0] ?? '');
  const files = pick([...kinds.values()]);
  const file = pick(files.filter((name) => (bytes.get(name)?.length ?? 0) > 0));
  const content = bytes.get(file) ?? Buffer.alloc(0);
  let place = Math.floor(Math.random() * content.length);
  // Most of a small file of SQLite is room that nothing uses: half of the flips do not count on meeting something else.
  if (Math.random() < 0.5) while (content[place] === 0) place = (place + 1) % content.length;
  return { file, bit: place * 8 + Math.floor(Math.random() * 8) };
}

export function writeFlipped(folder: string, bytes: StoreBytes, flip: Flip | null): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, content] of bytes) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    if (flip === null || name !== flip.file) {
      writeFileSync(join(folder, name), content);
      continue;
    }
    const { bit } = flip;
    const changed = Buffer.from(content);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(join(folder, name), changed);
  }
}

/** The whole store without threads of its own, which take longer to start than everything else takes. */
export async function openFlipped(dataDir: string): Promise<Store> {
  const data = { dataDir, logLevel: 'silent', keep: keepAll, recordAgeMs: 1e12 } as const;
  const writerContext = openWriterContext({ data, log, clock: systemClock });
  const readerContext = openReaderContext(data, log);
  const writer = called(writerHandlers(writerContext));
  const reader = called(readerHandlers(readerContext));
  return openChunkStore({
    dataDir,
    clock: systemClock,
    log,
    writer: writer.calls,
    reader: Object.assign(Object.create(reader.calls), metricReads(reader.calls)),
    async closeDoors() {
      reader.end();
      writer.end();
      readerContext.close();
      await writerContext.close();
    },
  });
}

function called<H extends HandlersOf<H>>(handlers: H) {
  const { port1, port2 } = new MessageChannel();
  serveCalls(port2, handlers);
  const door = callsTo<H>(port1, { name: 'store' });
  const end = (): void => {
    door.end('closed');
    port1.close();
  };
  return { calls: door.calls, end };
}

/** Everything that the store answers about the node, as text. */
export async function answersOf(store: Store, firstMs: number): Promise<string> {
  const range = { fromMs: firstMs, toMs: firstMs + 10_800_000 };
  const rolled = await Promise.all(
    numberedMetrics.map((metric) =>
      store.rollUp(
        { nodes: [nodeName], selectors: [{ metric, match: {} }], ...range },
        { firstMs, stepMs: 60_000, count: 180 },
        { lookbackMs: 60_000 },
      ),
    ),
  );
  const others = await Promise.all([
    store.nodes(),
    store.gaps(nodeName, 0, 100),
    store.positions({ node: nodeName, spoolId }),
    store.commands({ limit: 10 }),
    store.series(nodeName),
  ]);
  return JSON.stringify([rolled, others], (_, value: unknown) =>
    value instanceof Float64Array ? [...value] : value,
  );
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}
