// A real HTTP server on a free port of the loopback that stands for the collector: it answers with recorded objects
// and remembers what it was asked. A list of answers is given one after the other; the last one stays.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as recorded from './recorded-answers.ts';
import * as recordedProfile from './recorded-profile.ts';

export interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body?: unknown;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface CollectorPeer {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** 'GET nodes' → what to answer from now on, in order. */
  answer(route: string, ...answers: readonly Answer[]): void;
  /** Resolves at the next request of this route. */
  request(route: string): Promise<void>;
  close(): Promise<void>;
}

const usual: Readonly<Record<string, unknown>> = {
  'GET nodes': recorded.nodes.map(({ name, state, role, lastSeen }) => ({
    lastSeen,
    name,
    role,
    state,
    more: 1,
  })),
  'GET map': recorded.nodes,
  'GET nodes/n2': recorded.nodeDetail,
  'GET nodes/n2/metrics/names': recorded.metricInfos,
  'GET nodes/n2/metrics': recorded.series,
  'GET metrics': recorded.series,
  'GET nodes/n2/processes': recorded.processTable,
  'GET profiles': [recordedProfile.profile],
  'POST profiles': { ...recordedProfile.profile, status: 'pending', progress: 0, samples: 0 },
  'GET profiles/p1': recordedProfile.profile,
  'GET profiles/p1/parts': [],
  'GET profiles/p1/stacks': recordedProfile.profileStacks,
  'GET profiles/p1/timeline': recordedProfile.profileTimeline,
  'GET profiles/p1/spread': recordedProfile.profileSpread,
  'GET profiles/p1/difference': recordedProfile.profileDifference,
  'POST profiles/import': recordedProfile.profile,
  'POST profiles/p1/stop': recordedProfile.profile,
  'GET actions': recorded.actions,
  'POST commands': { ...recorded.command, over: false },
  'GET commands': [recorded.command],
  'GET commands/c1': recorded.command,
  'POST commands/c1/cancel': recorded.command,
  'GET audit': recorded.audit,
};

export async function startCollectorPeer(): Promise<CollectorPeer> {
  const asked: Asked[] = [];
  const planned = new Map<string, Answer[]>(
    Object.entries(usual).map(([route, body]) => [route, [{ body }]]),
  );
  const waiting = new Map<string, () => void>();
  const server = createServer((request, response) => {
    void readRequest(request).then((each) => {
      asked.push(each);
      const route = `${each.method} ${each.path}`;
      const answers = planned.get(route) ?? [notFound(route)];
      const {
        status = 200,
        type = 'application/json',
        body,
      } = (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
      response.writeHead(status, { 'content-type': type });
      response.end(body instanceof Uint8Array || body === undefined ? body : JSON.stringify(body));
      waiting.get(route)?.();
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answer: (route, ...answers) => void planned.set(route, [...answers]),
    request: (route) => new Promise((resolve) => waiting.set(route, resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function problemAnswer(status: number, detail: string, remedy: string): Answer {
  return {
    status,
    type: 'application/problem+json; charset=utf-8',
    body: recorded.problem(status, detail, remedy),
  };
}

function notFound(route: string): Answer {
  return problemAnswer(404, `${route}: unknown`, 'See the list.');
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const isJson = request.headers['content-type'] === 'application/json';
  const url = new URL(request.url ?? '', 'http://peer');
  return {
    method: request.method ?? '',
    path: url.pathname.replace('/api/v1/', ''),
    query: Object.fromEntries(url.searchParams),
    authorization: request.headers.authorization,
    body: bytes.length === 0 ? undefined : isJson ? JSON.parse(bytes.toString()) : bytes,
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
