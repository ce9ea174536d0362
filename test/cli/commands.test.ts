import { describe, expect, it, vi } from 'vitest';
import { eachWithPeer } from './each-with-peer.ts';
import { type RunOptions } from './program-run.ts';
import { nodeDetail, nodes, now } from './recorded-answers.ts';

const cli = eachWithPeer();
const { jidi } = cli;

/** What goes to the screen, as lines. */
async function screen(line: string, options: RunOptions = {}): Promise<string[]> {
  const { code, out } = await jidi(line, options);
  expect(code).toBe(0);
  return out.split('\n').slice(0, -1);
}

describe('jidi node ls', () => {
  it('shows nodes with their load, in the order of their numbers', async () => {
    expect(await screen('node ls')).toEqual([
      'NAME  STATE   ROLE        CPU  MEMORY  LOAD       LAST SEEN',
      'n2    up      compute  93.1 %  25.0 %  15.5       3.0 s ago',
      'n10   silent  login         –       –     –  1 min 35 s ago',
    ]);
  });

  it('marks nodes that are kept quiet', async () => {
    cli.peer.answer('GET map', { body: nodes.map((node) => ({ ...node, quiet: node.name === 'n2' })) });
    const [, first, second] = await screen('node ls');
    expect(first).toMatch(/^n2 {4}up quiet {2}compute/);
    expect(second).toMatch(/^n10 {3}silent {4}login/);
  });

  it('speaks Chinese when the environment does', async () => {
    expect(await screen('node ls', { env: { LANG: 'zh_CN.UTF-8' } })).toEqual([
      '名称  状态    角色         CPU    内存  负载       最近上报',
      'n2    在线    计算节点  93.1 %  25.0 %  15.5       3.0 s 前',
      'n10   无响应  登录节点       –       –     –  1 min 35 s 前',
    ]);
  });

  it('gives programs exactly the four fields, in any language', async () => {
    const { out } = await jidi('node ls -o json --lang zh');
    expect(JSON.parse(out)).toEqual([
      { name: 'n10', state: 'silent', role: 'login', lastSeen: now - 95 },
      { name: 'n2', state: 'up', role: 'compute', lastSeen: now - 3 },
    ]);
    expect(Object.keys(JSON.parse(out)[0])).toEqual(['name', 'state', 'role', 'lastSeen']);
  });

  it('writes CSV with raw values and English names', async () => {
    const { out } = await jidi('node ls -o csv --lang zh');
    expect(out).toBe(
      `name,state,role,lastSeen\r\nn10,silent,login,${now - 95}\r\nn2,up,compute,${now - 3}\r\n`,
    );
  });

  it('colours only on a terminal, and not against NO_COLOR', async () => {
    expect((await jidi('node ls', { tty: true })).out).toContain('\x1b[32mup');
    expect((await jidi('node ls', { tty: true, env: { NO_COLOR: '1' } })).out).not.toContain('\x1b');
    expect((await jidi('node ls')).out).not.toContain('\x1b');
  });

  it('says on stderr that there is none', async () => {
    cli.peer.answer('GET map', { body: [] });
    const { out, err } = await jidi('node ls');
    expect([out, err]).toEqual(['', 'No node has reported yet.\n']);
    cli.peer.answer('GET nodes', { body: [] });
    expect((await jidi('node ls -o csv')).out).toBe('name,state,role,lastSeen\r\n');
  });
});

describe('jidi node show', () => {
  it('shows load, inventory and gaps', async () => {
    const lines = await screen('node show n2');
    expect(lines[0]).toBe('n2  up  compute  3.0 s ago');
    expect(lines).toContain('cores       2 sockets, 64 cores, 128 threads');
    expect(lines).toContain('booted      –');
    expect(lines).toContain('interface   eth0  10.0.0.2  100 Gbit/s');
    expect(lines.at(-1)).toBe(
      'gap         6 of metrics lost from 2026-03-01 07:59:00 to 2026-03-01 07:59:30: spool full',
    );
  });

  it.each([
    [
      'en',
      'n2  up  compute  3.0 s ago  every 10 s instead of 5.0 s  quiet',
      '            quiet: a job or a command',
    ],
    ['zh', 'n2  在线  计算节点  3.0 s 前  每 10 s（配置为 5.0 s）  静默', '            静默：应作业或命令'],
  ])('says when it measures less than usual (%s)', async (lang, head, reason) => {
    cli.peer.answer('GET nodes/n2', { body: { ...nodeDetail, interval: 10, quiet: true } });
    const lines = await screen(`node show n2 --lang ${lang}`);
    expect(lines[0]).toBe(head);
    expect(lines.join('\n')).toContain(reason);
  });

  it.each([
    ['command', 'measures    quiet: a command asked for it'],
    ['environment', 'measures    quiet: a job, in its environment, asked for it'],
    ['whim', 'measures    quiet: a job or a command asked for it'],
  ])('says who asked for quiet (%s)', async (quietReason, text) => {
    cli.peer.answer('GET nodes/n2', { body: { ...nodeDetail, quiet: true, quietReason } });
    expect((await screen('node show n2')).join('\n')).toContain(text);
  });

  it.each([
    ['en', 0.012, 'n2  up  compute  3.0 s ago', 'clock       0.0 s'],
    ['en', 3.42, 'n2  up  compute  3.0 s ago  clock 3.4 s ahead', 'clock       3.4 s ahead'],
    [
      'en',
      -3605,
      'n2  up  compute  3.0 s ago  clock 1 h 0 min behind',
      'clock       1 h 0 min behind; its times are corrected',
    ],
    ['zh', 3.42, 'n2  在线  计算节点  3.0 s 前  时钟快 3.4 s', '时钟        快 3.4 s'],
  ])('says how far the clock of the node is off (%s, %d)', async (lang, clockOffset, head, fact) => {
    cli.peer.answer('GET nodes/n2', { body: { ...nodeDetail, clockOffset } });
    const lines = await screen(`node show n2 --lang ${lang}`);
    expect(lines[0]).toBe(head);
    expect(lines).toContain(fact);
  });

  it('counts one as one', async () => {
    const inventory = { ...nodeDetail.inventory, sockets: 1, cores: 1, threads: 2 };
    cli.peer.answer('GET nodes/n2', { body: { ...nodeDetail, inventory } });
    expect(await screen('node show n2')).toContain('cores       1 socket, 1 core, 2 threads');
  });

  it('gives csv every value as it is, under the name that the API gives it', async () => {
    const { out } = await jidi('node show n2 -o csv --lang zh');
    const lines = out.split('\r\n');
    expect(lines[0]).toBe('fact,value');
    expect(lines).toContain('cpuRatio,0.9312');
    expect(lines).toContain('inventory.bootTime,');
    expect(lines).toContain('inventory.interfaces.0.bitsPerSecond,100000000000');
    expect(lines).toContain('gaps.0.reason,spool full');
  });
});

describe('jidi metrics', () => {
  it.each([
    ['node_load', 'metric node_load: unknown on n2', 'Perhaps: node_load1.'],
    ['nope', 'metric nope: unknown on n2', 'List what it has: jidi metrics n2.'],
    ['node_load1 --match cpu=9', 'metric node_load1: no series with cpu=9 on n2', 'It has the labels: none.'],
  ])('tells what is unknown from what was not measured: %s', async (asked, message, remedy) => {
    cli.peer.answer('GET nodes/n2/metrics', { body: [] });
    const { out, err, code } = await jidi(`metrics n2 --metric ${asked}`);
    expect([out, code]).toEqual(['', 5]);
    expect(err).toContain(message);
    expect(err).toContain(remedy);
  });

  it('gives programs series with gaps as null', async () => {
    const { out } = await jidi('metrics n2 --metric node_cpu_seconds_total --from -10m --step 10s -o json');
    expect(JSON.parse(out)).toEqual([
      {
        metric: 'node_cpu_seconds_total',
        labels: { cpu: '0', mode: 'user' },
        samples: [
          [now - 20, 0.5],
          [now - 10, null],
          [now, 1],
        ],
      },
    ]);
    expect(cli.peer.asked[0]).toMatchObject({
      path: 'nodes/n2/metrics',
      query: { metric: 'node_cpu_seconds_total', from: '-10m', to: 'now', step: '10s' },
    });
  });

  it('reads by metric over a node set, and names the nodes', async () => {
    const line = 'metrics n[1-3] --metric node_load1 --rate --match cpu=0 --match mode=user -o json';
    expect(JSON.parse((await jidi(line)).out)[0].node).toBe('n2');
    expect(cli.peer.asked[0]?.path).toBe('metrics');
    expect(cli.peer.asked[0]?.query).toEqual({
      metric: 'node_load1',
      from: '-10m',
      to: 'now',
      rate: 'true',
      match: 'cpu=0,mode=user',
      nodes: 'n[1-3]',
    });
  });

  it('shows figures and course', async () => {
    expect(await screen('metrics n2 --metric node_cpu_seconds_total')).toEqual([
      'LABELS           LAST  MIN   AVG  MAX  TREND',
      'cpu=0 mode=user     1  0.5  0.75    1  ▁ █',
    ]);
  });

  it('writes a CSV line per sample and a column per label', async () => {
    const { out } = await jidi('metrics n2 --metric node_cpu_seconds_total -o csv');
    expect(out.split('\r\n')).toEqual([
      'metric,node,cpu,mode,time,value',
      `node_cpu_seconds_total,n2,0,user,${now - 20},0.5`,
      `node_cpu_seconds_total,n2,0,user,${now - 10},`,
      `node_cpu_seconds_total,n2,0,user,${now},1`,
      '',
    ]);
  });

  it('lists what a node has', async () => {
    expect(await screen('metrics n2')).toEqual([
      'METRIC                  KIND     SERIES  LABELS',
      'node_cpu_seconds_total  counter       2  cpu mode',
      'node_load1              gauge         1',
    ]);
  });
});

describe('jidi top', () => {
  it('shows the busiest first, hostile command lines harmlessly', async () => {
    expect(await screen('top n2')).toEqual([
      'PID  USER      CPU  MEMORY  RESIDENT  JOB  COMMAND',
      ' 41  ann   398.0 %   1.0 %   100 MiB  77   ./app --size 9',
      '  7  root    2.0 %   1.0 %       0 B  –    [kworker/0:1]',
      String.raw` 99  ann     0.0 %   1.0 %  2.00 GiB  77   \x1b[2J\u202eevil\x0d\x0a<b>`,
    ]);
  });

  it('leaves the least important column out and cuts the command line to the screen', async () => {
    const lines = await screen('top n2', { tty: true, columns: 52, env: { NO_COLOR: '1' } });
    expect(lines[3]).toBe(String.raw` 99  ann     0.0 %  2.00 GiB  77   \x1b[2J\u202eevi…`);
  });

  it('sorts, limits and looks back in time', async () => {
    const { out } = await jidi('top n2 --sort io --limit 1 --at -10m -o json');
    expect(JSON.parse(out)).toMatchObject([
      { pid: 99, cpuRatio: 0, residentBytes: 2_147_483_648, job: '77' },
    ]);
    expect(out).not.toMatch(/[\x7f-\x9f\u202e]/);
    expect(cli.peer.asked[0]?.query).toEqual({ at: '-10m' });
  });

  it('takes a time without a zone for one of the person, wherever the collector is', async () => {
    vi.stubEnv('TZ', 'Asia/Shanghai');
    await jidi('top n2 --at 2026-11-21T10:00 -o json');
    const range = '--from 2026-11-21T10:00:00.5 --to 2026-11-21T10:00:00Z';
    await jidi(`metrics n2 --metric node_load1 ${range} -o json`);
    vi.stubEnv('TZ', 'UTC');
    const utcSeconds = Date.UTC(2026, 10, 21, 2) / 1000;
    expect(cli.peer.asked.map(({ query }) => query)).toMatchObject([
      { at: String(utcSeconds) },
      { from: String(utcSeconds + 0.5), to: String(utcSeconds + 8 * 3600) },
    ]);
  });

  it('shows a snapshot once while it watches, and ends at an interrupt', async () => {
    const again = { body: { node: 'n2', time: now + 5, processCount: 0, processes: [] } };
    const first = { body: { node: 'n2', time: now, processCount: 0, processes: [] } };
    cli.peer.answer('GET nodes/n2/processes', first, first, again);
    const { out } = await jidi('top n2 --watch -o json', {
      onStart: (interrupt) => void untilAsked(4).then(interrupt),
    });
    expect(out).toBe('[]\n[]\n');
  });

  async function untilAsked(times: number): Promise<void> {
    while (cli.peer.asked.length < times) await cli.peer.request('GET nodes/n2/processes');
  }
});

describe('jidi action ls, audit, command ls', () => {
  it('show one line each', async () => {
    expect(await screen('action ls')).toEqual([
      'NAME            CHANGES NODE  PARAMETERS  DESCRIPTION',
      'service-status  no                        Show the state of a service.',
      'restart-slurmd  yes           [wait]      Restart slurmd.',
    ]);
    expect(await screen('audit --no-headers')).toEqual([
      '2026-03-01 08:00:00  command-requested  local  c1  action=service-status nodes=4',
    ]);
    expect(await screen('command ls --no-headers --before -1h')).toEqual([
      'c1  service-status  2026-03-01 08:00:00  local  n[01-04]  2 finished, 1 refused, 1 failed',
    ]);
    expect(cli.peer.asked.at(-1)?.query).toEqual({ limit: '100', before: String(now - 3600) });
  });
});
