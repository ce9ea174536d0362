import { describe, expect, it } from 'vitest';
import type { MetricTable, ProcessUses, TopList } from '../../shared/api/range.ts';
import { eachWithPeer } from './each-with-peer.ts';

const cli = eachWithPeer();
const { jidi } = cli;

const table: MetricTable = {
  step: 60,
  times: [60, 120, 180],
  rows: [
    {
      metric: 'node_load1',
      node: 'n2',
      labels: {},
      rate: false,
      across: null,
      members: 1,
      values: [1, null, 3],
      min: [0.5, null, 2],
      max: [9, null, 4],
    },
    {
      metric: 'node_disk_read_bytes_total',
      node: 'n2',
      labels: { device: 'sda' },
      rate: true,
      across: null,
      members: 1,
      values: [1024, null, 2048],
    },
  ],
  gaps: [
    { node: 'n2', from: 100, to: 130, count: 6, reason: 'buffer-full' },
    { node: 'n2', from: 130, to: 140, count: 0, reason: 'restart' },
  ],
};

describe('jidi metrics over several metrics or nodes', () => {
  it('shows figures with the peaks of the steps, and what was lost', async () => {
    cli.peer.answer('GET range', { body: table });
    const { out, err } = await jidi(
      'metrics n2 --metric node_load1,node_disk_read_bytes_total --from -1h --step 1m',
    );
    expect(out.split('\n')).toEqual([
      'METRIC                      LABELS            LAST         MIN         AVG         MAX  TREND',
      'node_load1                                       3         0.5           2           9  ▁ █',
      'node_disk_read_bytes_total  device=sda  2.00 KiB/s  1.00 KiB/s  1.50 KiB/s  2.00 KiB/s  ▁ █',
      '',
    ]);
    expect(err).toBe(
      'n2: 6 lost from 1970-01-01 00:01:40 to 1970-01-01 00:02:10: buffer-full\n' +
        'n2: nobody knows how many were lost from 1970-01-01 00:02:10 to 1970-01-01 00:02:20: restart\n',
    );
    expect(cli.peer.asked.at(-1)?.query).toEqual({
      nodes: 'n2',
      metrics: 'node_load1,node_disk_read_bytes_total',
      from: '-1h',
      to: 'now',
      step: '1m',
    });
  });

  it('asks for figures over nodes; labels of --match count where a metric names none', async () => {
    cli.peer.answer('GET range', { body: { ...table, gaps: null } });
    const options = '--match mode=user --across p99,max --within sum --by mode --aggregate max --bands';
    await jidi(`metrics n[1-3] --metric a,b{x=1} ${options}`);
    expect(cli.peer.asked.at(-1)?.query).toEqual({
      nodes: 'n[1-3]',
      metrics: 'a{mode=user},b{x=1}',
      from: '-10m',
      to: 'now',
      across: 'p99,max',
      within: 'sum',
      by: 'mode',
      aggregate: 'max',
      bands: 'true',
    });
  });

  it('gives programs the table itself, and CSV a line per sample', async () => {
    cli.peer.answer('GET range', { body: table });
    expect(JSON.parse((await jidi('metrics n2 --metric a,b -o json')).out)).toEqual(table);
    expect((await jidi('metrics n2 --metric a,b -o csv')).out.split('\r\n')).toEqual([
      'metric,node,device,time,value,min,max',
      'node_load1,n2,,60,1,0.5,9',
      'node_load1,n2,,120,,,',
      'node_load1,n2,,180,3,2,4',
      'node_disk_read_bytes_total,n2,sda,60,1024,,',
      'node_disk_read_bytes_total,n2,sda,120,,,',
      'node_disk_read_bytes_total,n2,sda,180,2048,,',
      '',
    ]);
  });

  it('refuses --rate there, for counters are rates', async () => {
    const { code, err } = await jidi('metrics n2 --metric a,b --rate');
    expect(code).toBe(2);
    expect(err).toContain('counters are shown as rates');
    expect(cli.peer.asked).toEqual([]);
  });

  it('lists the newest samples', async () => {
    const sample = { node: 'n2', metric: 'node_load1', labels: {}, kind: 'gauge', time: 60, value: 1.5 };
    cli.peer.answer('GET latest', { body: [{ ...sample, perSecond: null }] });
    expect((await jidi('metrics n2 --latest')).out).toBe(
      'METRIC      LABELS  VALUE  PER SECOND\nnode_load1            1.5           –\n',
    );
    expect((await jidi('metrics n2 --latest --lang zh')).out).toContain('指标        标签   值  每秒\n');
  });
});

describe('jidi node top', () => {
  const list: TopList = {
    metric: 'node_load1',
    from: 0,
    to: 60,
    rate: false,
    considered: 9,
    entries: [
      { node: 'n2', labels: null, value: 8 },
      { node: 'n10', labels: null, value: 7.25 },
    ],
  };

  it('shows the first ones, and of how many', async () => {
    cli.peer.answer('GET top', { body: list });
    const { out, err } = await jidi('node top --metric node_load1 --from -1h --limit 2 --lowest');
    expect(out).toBe('NODE  VALUE\nn2        8\nn10    7.25\n');
    expect(err).toBe('node_load1: 2 of 9, 1970-01-01 00:00:00 to 1970-01-01 00:01:00\n');
    expect(cli.peer.asked.at(-1)?.query).toEqual({
      metric: 'node_load1',
      from: '-1h',
      limit: '2',
      order: 'lowest',
    });
  });

  it('compares series in Chinese, and gives programs the list itself', async () => {
    const entries = [{ node: 'n2', labels: { device: 'sda' }, value: 2048 }];
    const disk = { ...list, metric: 'node_disk_read_bytes_total', rate: true, entries };
    cli.peer.answer('GET top', { body: disk });
    const line = 'node top --metric node_disk_read_bytes_total --series --at -1h';
    expect((await jidi(`${line} --lang zh`)).out).toBe(
      '节点  标签              每秒\nn2    device=sda  2.00 KiB/s\n',
    );
    expect(JSON.parse((await jidi(`${line} -o json`)).out)).toEqual(disk);
    expect(cli.peer.asked.at(-1)?.query).toMatchObject({ of: 'series', at: '-1h' });
  });

  it('says when nothing has it', async () => {
    cli.peer.answer('GET top', { body: { ...list, considered: 0, entries: [] } });
    const { out, err } = await jidi('node top --metric node_load1');
    expect(out).toBe('');
    expect(err).not.toBe('');
  });

  it('takes a moment or a range', async () => {
    expect((await jidi('node top --metric a --at -1h --from -2h')).code).toBe(2);
    expect((await jidi('node top')).code).toBe(2);
  });
});

describe('jidi top over a range', () => {
  const uses: ProcessUses = {
    from: 0,
    to: 60,
    snapshots: 12,
    count: 3,
    processes: [
      {
        node: 'n2',
        pid: 7,
        startTime: 1,
        name: 'solve',
        command: '/opt/solve -n 4',
        user: 'ada',
        job: '42',
        step: '0',
        localRank: 1,
        cpuSeconds: 90,
        cpuRatio: 1.5,
        peakCpuRatio: 2,
        peakResidentBytes: 2 ** 30,
        peakGpuMemoryBytes: null,
        readBytes: 1024,
        writeBytes: null,
        firstSeen: 5,
        lastSeen: 60,
        snapshots: 12,
      },
    ],
    gaps: [],
  };

  it('shows what processes used', async () => {
    cli.peer.answer('GET processes', { body: uses });
    const { out, err } = await jidi('top n[1-2] --from -1h --job 42 --limit 1');
    expect(out).toBe(
      'NODE  PID  USER    CPU TIME      CPU  PEAK MEMORY  JOB  COMMAND\n' +
        'n2      7  ada   1 min 30 s  150.0 %     1.00 GiB  42   /opt/solve -n 4\n',
    );
    expect(err).toBe('1 of 3 processes in 12 snapshots, 1970-01-01 00:00:00 to 1970-01-01 00:01:00\n');
    expect(cli.peer.asked.at(-1)?.query).toEqual({
      nodes: 'n[1-2]',
      from: '-1h',
      to: 'now',
      sort: 'cpu',
      limit: '1',
      job: '42',
    });
    expect((await jidi('top n2 --from -1h --lang zh -o wide')).out).toContain('CPU 时间');
  });

  it('needs a begin, and neither a tree nor a moment', async () => {
    expect((await jidi('top n2 --to -1h')).err).toContain('--from');
    expect((await jidi('top n2 --from -1h --tree')).code).toBe(2);
    expect((await jidi('top n2 --from -1h --at -1h')).code).toBe(2);
  });
});

it('jidi node ls at a past moment shows the map of then', async () => {
  const { out } = await jidi('node ls --at -1h');
  expect(out).toContain('n2');
  expect(cli.peer.asked.at(-1)).toMatchObject({ path: 'map', query: { at: '-1h' } });
  cli.peer.answer('GET map', { body: [] });
  expect((await jidi('node ls --at -30d')).err).toBe('No node measured anything at that time.\n');
});
