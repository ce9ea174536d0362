// node_exporter and process-exporter, asked by this bench at each interval as Prometheus asks: kept connection, gzip.
// Out: the values of both, and of each. process-exporter groups by command name, as its own example does.
import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { freePort } from '../measuring/started-programs.ts';
import type { Peer, PeerSetting, RunningPeer } from './peer.ts';

const nodeExporter = 'node_exporter';
const processExporter = 'process-exporter';
const accepted = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

export const exporters: Peer = {
  name: `${nodeExporter} + ${processExporter}`,
  does: 'default collectors; processes grouped by name; scraped over kept connections, gzip',
  seesProcesses: true,
  hasSeparateParts: true,
  needs: [
    { program: 'prometheus-node-exporter', debian: 'prometheus-node-exporter' },
    { program: 'prometheus-process-exporter', debian: 'prometheus-process-exporter' },
  ],
  start,
};

interface Target {
  readonly name: string;
  readonly port: number;
  values: number;
}

async function start({ folder, intervalMs, programs }: PeerSetting): Promise<RunningPeer> {
  const groups = join(folder, 'process-exporter.yml');
  writeFileSync(groups, "process_names:\n  - name: '{{.Comm}}'\n    cmdline: ['.*']\n");
  const nodePort = await freePort();
  const processPort = await freePort();
  const node = programs.start(nodeExporter, [
    'prometheus-node-exporter',
    `--web.listen-address=127.0.0.1:${nodePort}`,
  ]);
  const processes = programs.start(processExporter, [
    'prometheus-process-exporter',
    `-config.path=${groups}`,
    `-web.listen-address=127.0.0.1:${processPort}`,
  ]);
  const targets: Target[] = [
    { name: nodeExporter, port: nodePort, values: 0 },
    { name: processExporter, port: processPort, values: 0 },
  ];
  const connections = new Agent({ keepAlive: true });
  for (const [index, program] of [node, processes].entries()) {
    await program.until(async () => {
      const target = targets[index];
      return target !== undefined && (await scrape(target, connections).then(always, never));
    });
  }
  const timer = setInterval(() => {
    // A scrape that fails shows in the number of values.
    for (const target of targets) void scrape(target, connections).catch(never);
  }, intervalMs);
  return {
    parts: [
      { name: nodeExporter, pid: node.pid },
      { name: processExporter, pid: processes.pid },
    ],
    begin() {
      for (const target of targets) target.values = 0;
    },
    async end() {
      const facts = Object.fromEntries(targets.map(({ name, values }) => [`values of ${name}`, values]));
      return { values: targets.reduce((sum, { values }) => sum + values, 0), facts };
    },
    async close() {
      clearInterval(timer);
      connections.destroy();
    },
  };
}

/** Keeps the number of values of the answer. */
async function scrape(target: Target, connections: Agent): Promise<void> {
  const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    get(
      {
        host: '127.0.0.1',
        port: target.port,
        path: '/metrics',
        agent: connections,
        timeout: 10_000,
        headers: { accept: accepted, 'accept-encoding': 'gzip' },
      },
      (answer) =>
        resolve(answer.headers['content-encoding'] === 'gzip' ? answer.pipe(createGunzip()) : answer),
    ).on('error', reject);
  });
  const lines = (await text(response)).split('\n');
  target.values = lines.filter((line) => line !== '' && !line.startsWith('#')).length;
}

function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}
