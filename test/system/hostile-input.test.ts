// What a node may say to deceive or to harm: names that move cursors or hide, and an agent that is none.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawAgent } from './raw-agent.ts';
import { RunningJidi, until } from './running-jidi.ts';

interface Row {
  readonly pid: number;
  readonly name: string;
  readonly command: string;
}

let jidi: RunningJidi;
beforeAll(async () => {
  jidi = await RunningJidi.start();
});
afterAll(async () => {
  await jidi.stop();
});

describe('a process name', () => {
  /** As printf of the shell writes it, and as it must come out of JSON; the kernel keeps 15 bytes. */
  const names: readonly [string, string][] = [
    ['\\033]0;x\\007\\033[2J', '\x1b]0;x\x07\x1b[2J'],
    ['<img src=x>&"\\047', `<img src=x>&"'`],
    ['\\342\\200\\256gpj.exe', '\u202egpj.exe'],
    ['a\\302\\233\\377\\376z', 'a\x9b\ufffd\ufffdz'],
    ['two\\nlines\\r', 'two\nlines\r'],
  ];
  const pids = new Map<string, number>();
  let folder: string;
  let rows: ReadonlyMap<number, Row>;
  const children: ReturnType<typeof spawn>[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jidi-names-'));
    copyFileSync('/bin/sh', join(folder, 'sh'));
    for (const [printed, name] of names) {
      const child = startNamed(printed);
      children.push(child);
      pids.set(name, child.pid ?? 0);
    }
    await until('all of them among the busiest', async () => {
      const table = await jidi.cliJson<Row[]>('top', 'n1');
      rows = new Map(table.map((row) => [row.pid, row]));
      return names.every(([, name]) => rows.get(pids.get(name) ?? 0)?.command.includes('while') === true);
    });
  });
  afterAll(async () => {
    for (const child of children) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test('reaches a program through JSON as it is', () => {
    for (const [, name] of names) expect(rows.get(pids.get(name) ?? 0)?.name).toBe(name);
  });

  test.each(['table', 'wide', 'csv'])('cannot act on the screen of jidi top -o %s', async (format) => {
    const { code, stdout, stderr } = await jidi.cli('top', 'n1', '-o', format);
    expect(code).toBe(0);
    for (const pid of pids.values()) expect(stdout).toContain(String(pid));
    expectHarmless(format === 'csv' ? stdout.replaceAll('\r\n', '\n') : stdout);
    expectHarmless(stderr);
    expect(stdout).toContain('\\u202egpj.exe');
    expect(stdout).toContain('\\x1b[2J');
  });

  test('cannot act on the screen of jidi top -o json either', async () => {
    const { stdout } = await jidi.cli('top', 'n1', '-o', 'json');
    expectHarmless(stdout);
    expect(JSON.parse(stdout)).toBeInstanceOf(Array);
  });

  /** A copy of the shell under that name; it burns at most 30 s of CPU time, behind everybody else. */
  function startNamed(printed: string): ReturnType<typeof spawn> {
    const script = `ulimit -t 30
      name="$(printf '${printed}.'; )"; name="\${name%.}"
      ln sh "$name"; exec nice -n 5 "./$name" -c 'while :; do :; done' "$name"`;
    return spawn('/bin/sh', ['-c', script], { cwd: folder, stdio: 'ignore' });
  }
});

describe('an agent that is none', () => {
  const agents: RawAgent[] = [];
  afterAll(() => {
    for (const agent of agents) agent.close();
  });
  function stranger(node: string): RawAgent {
    const agent = new RawAgent(agentAddress(), node);
    agents.push(agent);
    return agent;
  }

  test('is refused with a counted reason; the healthy one goes on', async () => {
    const before = await newestSecond();
    await refusedStream('protocol-version', (agent) => agent.open().hello({ protocolVersion: 99 }));
    await refusedStream('out-of-place', (agent) => agent.open().batch(1, Date.now()));
    await refusedBatch('malformed', async (agent) => {
      await agent.connect();
      const metrics = { keyframe: true, ticks: [{ timeMs: Date.now(), values: Buffer.from([3, 3, 3]) }] };
      agent.sayBatch({ sequence: 1, metrics });
    });
    await refusedBatch('too-large', async (agent) => {
      await agent.connect();
      const metrics = { keyframe: true, ticks: [{ timeMs: Date.now(), values: Buffer.alloc(2_000_000, 2) }] };
      agent.sayBatch({ sequence: 1, metrics });
    });
    await refusedBatch('future', async (agent) => {
      await agent.connect();
      agent.batch(1, Date.now() + 3_600_000);
    });
    await refusedBatch('past', async (agent) => {
      await agent.connect();
      agent.batch(1, 3_600_000);
    });
    await garbage();
    await until('data of the healthy agent', async () => (await newestSecond()) > before + 1);
    expect(jidi.output).not.toContain('starting it again');
  });

  async function refusedBatch(reason: string, act: (agent: RawAgent) => Promise<void>): Promise<void> {
    const counter = `jidi_collector_ingest_refused_total{reason="${reason}"}`;
    await counted(counter, () => act(stranger(`hostile-${reason}`)));
  }

  async function refusedStream(reason: string, act: (agent: RawAgent) => void): Promise<void> {
    const counter = `jidi_collector_ingest_streams_ended_total{reason="${reason}"}`;
    const agent = stranger(`hostile-${reason}`);
    await counted(counter, async () => {
      act(agent);
      expect((await agent.ended()).details).toMatch(/\w+ \w+ \w+/);
    });
  }

  async function counted(counter: string, act: () => Promise<void>): Promise<void> {
    const before = await selfMetric(counter);
    await act();
    await until(`${counter} to grow`, async () => (await selfMetric(counter)) > before, 10_000);
  }

  /** Bytes that are no HTTP/2 at all. */
  async function garbage(): Promise<void> {
    const [host = '', port = ''] = agentAddress().split(':');
    const socket = connect(Number(port), host);
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.end(Buffer.alloc(100_000, 0xa5));
    socket.resume();
    await closed;
  }
});

/** No control but line feeds, nothing that turns the direction of text, nothing invisible. */
function expectHarmless(text: string): void {
  // oxlint-disable-next-line no-control-regex -- Controls are what this looks for.
  const harmful = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
  expect(harmful.exec(text)?.[0]).toBe(undefined);
}

function agentAddress(): string {
  return /^plain: (\S+)$/m.exec(jidi.output)?.[1] ?? '';
}

async function selfMetric(name: string): Promise<number> {
  const response = await fetch(new URL('/metrics', jidi.url), { signal: AbortSignal.timeout(10_000) });
  const line = (await response.text()).split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

async function newestSecond(): Promise<number> {
  const now = Math.floor(Date.now() / 1000);
  const [load] = await jidi.json<{ samples: [number, number | null][] }[]>(
    `/api/v1/nodes/n1/metrics?metric=node_load1&from=${now - 60}&to=${now + 1}&step=1s`,
  );
  return load?.samples.findLast(([, value]) => value !== null)?.[0] ?? 0;
}
