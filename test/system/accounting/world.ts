// One node and one collector with a cable between them, in folders of their own, and the account at the end.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Account, account } from './account.ts';
import { Cable } from './cable.ts';
import { CollectorProgram } from './collector-program.ts';
import { type NodeOptions, NumberedNode } from './numbered-node.ts';
import { openNumberedStore, putNumberedCommand, readStoredItems } from './stored-items.ts';
import { noteRow } from './table.ts';

/** The numbers of the whole promise take half an hour; usually fewer do. */
export const isWhole = process.env['JIDI_ACCOUNTING'] === 'whole';

export interface World {
  readonly folder: string;
  readonly cable: Cable;
  readonly collector: CollectorProgram;
  readonly node: NumberedNode;
  readonly firstMs: number;
  /** Lets everything arrive, ends both, and adds up: once as the store is, once after it was compacted. */
  settle(fault: string, withinMs?: number): Promise<Account>;
}

export interface WorldOptions {
  readonly program?: string;
  readonly node?: Partial<NodeOptions>;
  /** Folders of the two; elsewhere than in the world's own. */
  readonly dataDir?: string;
  readonly spoolDir?: string;
}

/** Numbers are seconds: these are in hours that are over, and none is reached that has not come yet. */
const hoursAgo = 8;

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'jidi-account-'));
  const firstMs = Math.floor(Date.now() / 1000) * 1000 - hoursAgo * 3_600_000;
  const dataDir = options.dataDir ?? join(folder, 'collector');
  mkdirSync(dataDir, { recursive: true });
  await putNumberedCommand(dataDir);
  const cable = await Cable.lay();
  const collector = new CollectorProgram(dataDir, cable, options.program);
  const node = new NumberedNode({
    folder: options.spoolDir ?? join(folder, 'spool'),
    target: cable.address,
    ledger: join(folder, 'ledger'),
    firstMs,
    ...options.node,
  });
  onTestFinished(async () => {
    await node.kill();
    await collector.end('SIGKILL');
    await cable.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const world = { folder, cable, collector, node, firstMs };
  return { ...world, settle: (fault, withinMs) => settle(world, fault, withinMs) };
}

async function settle(
  { collector, node, firstMs }: Omit<World, 'settle'>,
  fault: string,
  withinMs?: number,
): Promise<Account> {
  await node.settle(withinMs);
  const code = await collector.end('SIGTERM');
  const ledger = node.ledger();
  const spoolId = ledger.at(-1)?.spoolId ?? '';
  const store = await openNumberedStore(collector.dataDir);
  try {
    const asLeft = account(ledger, await readStoredItems(store, spoolId, firstMs), firstMs);
    await store.compact();
    const compacted = account(ledger, await readStoredItems(store, spoolId, firstMs), firstMs);
    const damages = await store.verify();
    const faults = [
      ...asLeft.faults,
      ...compacted.faults.map((words) => `compacted: ${words}`),
      ...damages.map(({ file, problem }) => `${file}: ${problem}`),
      ...(code === 0 ? [] : [`the collector ended with ${code}`]),
      ...(asLeft.stored === compacted.stored ? [] : ['compaction changed how much is stored']),
    ];
    const duplicates = asLeft.duplicates + collector.doubles;
    const whole = { ...asLeft, duplicates, faults };
    noteRow(fault, whole);
    return whole;
  } finally {
    await store.close();
  }
}
