// Serves the built console with a made-up cluster, for looking at it: node test/collector/web/preview-server.ts [PORT] [NODES].
// Answers with the security headers of the real collector, so that what they forbid is seen here, too.
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLargeStacks } from '../../../bench/profiles/large-stacks.ts';
import { buildWeb } from '../../../scripts/build-web.ts';
import { permissionsOf } from '../../../shared/model/role.ts';
import { makeMap, makeMetricInfos, makeNode, makeProcesses, makeSeries } from './preview-cluster.ts';
import { makeCommands, makeProfile } from './preview-profiles.ts';
import { makeDifference, makeSpread, makeStacks, makeTimeline } from './preview-stacks.ts';

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

export interface Preview {
  readonly url: string;
  close(): void;
}

export async function startPreview(port: number, nodeCount: number): Promise<Preview> {
  const folder = await mkdtemp(join(tmpdir(), 'jidi-preview-'));
  await buildWeb(folder);
  const server = createServer((request, response) => {
    void answer(folder, nodeCount, request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  folder: string,
  nodeCount: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/api/v1/events') {
    stream(nodeCount, response);
    return;
  }
  if (url.pathname.startsWith('/api/v1/')) {
    const body = api(url, nodeCount, request.method ?? 'GET');
    const status = body === undefined ? 404 : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? problem(url.pathname)));
    return;
  }
  const name = url.pathname.startsWith('/assets/') ? url.pathname.slice(1) : 'index.html';
  try {
    const content = await readFile(join(folder, name));
    const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': policy });
    response.end(content);
  } catch {
    // A file that is not there is the only thing that can go wrong here.
    response.writeHead(404).end();
  }
}

function problem(path: string): object {
  return {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    code: 'not-found',
    detail: `There is nothing at ${path}.`,
    remedy: 'List what there is: jidi node ls',
    requestId: 'r1',
  };
}

const localSession = {
  name: 'local',
  role: 'admin',
  permissions: permissionsOf.admin,
  via: 'local',
  expires: null,
  hasPassword: false,
};

function api(url: URL, nodeCount: number, method: string): unknown {
  const now = Date.now() / 1000;
  const [resource, name, part, names] = url.pathname
    .slice('/api/v1/'.length)
    .split('/')
    .map(decodeURIComponent);
  const map = makeMap(nodeCount, now);
  if (resource === 'map') return map;
  if (resource === 'session') return localSession;
  if (resource === 'nodes') {
    const node = map.find((one) => one.name === name);
    if (node === undefined) return undefined;
    if (part === undefined) return makeNode(node, now);
    if (part === 'processes') {
      const at = Number(url.searchParams.get('at') ?? now);
      const table = makeProcesses(node.name, node.quiet && at > now - 5 ? at - 47 : at, at > now - 90_000);
      const job = url.searchParams.get('job');
      return { ...table, processes: table.processes.filter((one) => job === null || one.job === job) };
    }
    if (names === 'names') return makeMetricInfos();
    return makeSeries(node.name, url.searchParams, now);
  }
  if (resource === 'profiles')
    return method === 'POST'
      ? makeProfile('running', running, now)
      : profiles(url.searchParams, [name, part], now);
  if (resource === 'commands') {
    const commands = makeCommands(now);
    return name === undefined ? commands : commands.find(({ id }) => id === name);
  }
  return undefined;
}

const running = { status: 'running', progress: 0.4, ended: null, samples: 1200 } as const;
const failed = {
  status: 'failed',
  reason: {
    code: 'perf-forbidden',
    message: 'perf may not sample this process: kernel.perf_event_paranoid is 3.',
    remedy: 'On the node: sysctl kernel.perf_event_paranoid=1, or give jidi-profiler CAP_PERFMON.',
  },
  progress: 0.02,
  samples: 0,
} as const;

type Path = readonly [id: string | undefined, view: string | undefined];

function profiles(search: URLSearchParams, [id, view]: Path, now: number): unknown {
  const job = { target: { kind: 'job', job: '4711' }, pid: null, startTime: null, name: null } as const;
  const all = [
    makeProfile('running', running, now),
    makeProfile('p1', { symbols: { named: 0.62, reason: unnamed } }, now),
    makeProfile('job', { ...job, node: null, nodes: 4, status: 'partial', samples: 23_632 }, now),
    makeProfile('large', { created: now - 400 }, now),
    makeProfile('failed', failedOf(now), now),
  ];
  if (id === undefined) return all;
  if (view === 'stacks') return id === 'large' ? makeLargeStacks() : makeStacks(search);
  if (view === 'difference') return makeDifference(search);
  if (view === 'timeline') return makeTimeline(search);
  if (view === 'spread') return makeSpread(search);
  if (view === 'parts') {
    return [
      makeProfile('job-1', { node: 'n003', parent: 'job', samples: 11_816 }, now),
      makeProfile('job-2', { node: 'n004', parent: 'job', samples: 11_816 }, now),
      makeProfile('job-3', { ...failedOf(now), node: 'n005', parent: 'job' }, now),
    ];
  }
  return all.find((one) => one.id === id);
}

function failedOf(now: number) {
  return { ...failed, created: now - 900, started: null, ended: now - 899, name: null };
}

const unnamed = {
  code: 'symbols-missing',
  message: 'lmp_mpi is stripped: 38 % of the frames have no name.',
  remedy: 'Build with -g, or install the package of its debug symbols, and profile again.',
} as const;

function stream(nodeCount: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let id = 0;
  const tick = (): void => {
    for (const { name } of makeMap(Math.min(nodeCount, 6), Date.now() / 1000)) {
      const event = { kind: 'tick', node: name, time: Math.floor(Date.now() / 5000) * 5 };
      id += 1;
      response.write(`id: ${id}\nevent: tick\ndata: ${JSON.stringify(event)}\n\n`);
    }
  };
  tick();
  const timer = setInterval(tick, 5000);
  response.on('close', () => clearInterval(timer));
}

if (import.meta.main) {
  const [port = '0', nodes = '128'] = process.argv.slice(2);
  const preview = await startPreview(Number(port), Number(nodes));
  console.log(preview.url);
}
