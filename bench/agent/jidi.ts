// jidi-agent as it is shipped, against a real collector. In: the bundles of `npm run build`. Out: what it told, by what it
// sent. A copy of the Node binary runs it: a node of a cluster has no second program that shares its pages.
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { printNote } from '../measuring/report.ts';
import { CountingProxy } from './counting-proxy.ts';
import type { Delivered, Peer, PeerSetting, RunningPeer } from './peer.ts';
import { accountOf, type WireAccount } from './wire-account.ts';

const root = join(import.meta.dirname, '../..');
const collectorBundle = join(root, 'build/collector/jidi-collector.mjs');

/** `bundle`: another build of the agent than build/agent/jidi-agent.mjs. */
export function createJidi(bundle: string | undefined): Peer {
  const agentBundle = resolve(bundle ?? join(root, 'build/agent/jidi-agent.mjs'));
  return {
    name: 'jidi-agent',
    does: 'every source and the processes, encoded and sent to a collector',
    seesProcesses: true,
    needs: [],
    // Fifteen seconds after its start the agent collects its garbage once, and Node compiles what turned out to be used.
    leastWarmUpMs: 60_000,
    start: (setting) => start(setting, agentBundle),
  };
}

/** A bundle of yesterday measures yesterday's agent. */
function noteIfOld(bundle: string): void {
  const sources = ['agent', 'shared', 'proto'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
  if (statSync(bundle).mtimeMs < Math.max(...sources)) {
    printNote(`${basename(bundle)} is older than the sources; build it anew with: npm run build`);
  }
}

async function start({ folder, intervalMs, programs }: PeerSetting, bundle: string): Promise<RunningPeer> {
  for (const file of [bundle, collectorBundle]) {
    if (!existsSync(file)) throw new Error(`${file} is missing, make it with: npm run build`);
  }
  noteIfOld(bundle);
  const node = join(folder, 'node');
  copyFileSync(process.execPath, node);
  const dirs = Object.fromEntries(['collector', 'run', 'state'].map((name) => [name, join(folder, name)]));
  for (const dir of Object.values(dirs)) mkdirSync(dir);
  const collector = programs.start('jidi-collector', [
    process.execPath,
    collectorBundle,
    `--data=${dirs['collector']}`,
    '--http=127.0.0.1:0',
    '--login=none',
    '--agents=127.0.0.1:0',
    '--enrolment=127.0.0.1:0',
    '--grpc=127.0.0.1:0',
    '--log=warn',
  ]);
  const proxy = await CountingProxy.start(await collector.printed(/^plain: (\S+)$/m));
  const agent = programs.start('jidi-agent', [
    node,
    bundle,
    '--node=bench',
    `--collector=${proxy.address}`,
    '--plain',
    `--interval=${intervalMs / 1000}s`,
    `--run=${dirs['run']}`,
    `--state=${dirs['state']}`,
    '--log=debug',
  ]);
  await agent.printed(/^node: (\S+)$/m);
  return watched(agent.pid, proxy);
}

function watched(pid: number, proxy: CountingProxy): RunningPeer {
  let fromMs = 0;
  let receivedBefore = 0;
  return {
    parts: [{ name: 'jidi-agent', pid }],
    begin() {
      fromMs = performance.now();
      receivedBefore = proxy.receivedBytes;
    },
    async end() {
      const account = accountOf(proxy.streams, { fromMs, toMs: performance.now() });
      return delivered(account, proxy.receivedBytes - receivedBefore);
    },
    async close() {
      proxy.close();
    },
  };
}

function delivered(account: WireAccount, receivedBytes: number): Delivered {
  const { ticks, bytes, metricBytes, metricValues, processBytes, processRows, processValues } = account;
  if (ticks === 0) throw new Error('the agent sent no tick within the window');
  const values = metricValues + processValues;
  return {
    values: values / ticks,
    facts: {
      ticks,
      bytesPerTick: bytes / ticks,
      receivedBytesPerTick: receivedBytes / ticks,
      bytesPerValue: bytes / values,
      bytesPerMetricSample: metricBytes / metricValues,
      metricSamplesPerTick: metricValues / ticks,
      bytesPerProcessRow: processRows === 0 ? Number.NaN : processBytes / processRows,
      processRowsPerTick: processRows / ticks,
    },
  };
}
