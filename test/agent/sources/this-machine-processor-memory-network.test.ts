// The sources of processor, memory and network on the machine that runs the tests, against the same files read before
// and after as plain text. What stood still in between has to be equal, what counted has to lie between.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, type TestContext, test } from 'vitest';
import { createHost } from '../../../agent/host/host.ts';
import { sourceFactories } from '../../../agent/sources/registry.ts';
import { RecordingSink } from './fixture-machine.ts';

const host = createHost();
const sources = sourceFactories.map((create) => create(host));
const cpuFolder = '/sys/devices/system/cpu';

afterAll(() => {
  for (const source of sources) source.close();
});

type Values = Record<string, number>;

/** Reads as text, by the source, and as text again. */
async function compare(ctx: TestContext, name: string, readText: () => Values): Promise<number> {
  const source = sources.find((candidate) => candidate.name === name);
  const probe = source?.probe() ?? { present: false, reason: 'no such source', remedy: '' };
  if (source === undefined || !probe.present) {
    const { reason, remedy } = probe as { reason: string; remedy: string };
    return ctx.skip(`${reason}, install with: ${remedy}`);
  }
  const sink = new RecordingSink();
  const before = readText();
  await source.read(sink);
  const after = readText();
  const wrong = Object.keys(before).filter((series) => {
    const found = sink.recorded.get(series);
    const [first, last] = [before[series] ?? Number.NaN, after[series] ?? Number.NaN];
    if (found === undefined) return true;
    // A gauge that moved may have been anywhere in between.
    if (found.metric.kind === 'gauge') return first === last && found.value !== first;
    return !(found.value >= first && found.value <= last);
  });
  expect(wrong).toEqual([]);
  return Object.keys(before).length;
}

const lines = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
const words = (line: string): string[] => line.trim().split(/\s+/);
const sum = (numbers: readonly string[]): number => numbers.reduce((all, text) => all + Number(text), 0);

test('vmstat tells the fields of /proc/vmstat', async (ctx) => {
  const wanted = /^(oom_kill|pgpg|pswp|pg.*fault)/;
  const fields = lines('/proc/vmstat').filter((line) => wanted.test(line)).length;
  const compared = await compare(ctx, 'vmstat', () =>
    Object.fromEntries(
      lines('/proc/vmstat')
        .filter((line) => wanted.test(line))
        .map((line) => [`node_vmstat_${words(line)[0]}`, Number(words(line)[1])]),
    ),
  );
  expect(compared).toBe(fields);
});

test('netstat tells what stands below the names in /proc/net/snmp and netstat', async (ctx) => {
  const readText = (): Values => {
    const found: Values = {};
    for (const path of ['/proc/net/snmp', '/proc/net/netstat']) {
      const all = lines(path).map(words);
      for (let i = 0; i + 1 < all.length; i += 2) {
        const [names = [], numbers = []] = [all[i], all[i + 1]];
        for (const [at, name] of names.entries()) {
          found[`node_netstat_${names[0]?.replace(':', '')}_${name}`] = Number(numbers[at]);
        }
      }
    }
    const told = ['Tcp_RetransSegs', 'Tcp_InErrs', 'Tcp_CurrEstab', 'Udp_InErrors', 'Udp_RcvbufErrors'];
    const extended = ['TcpExt_ListenDrops', 'TcpExt_ListenOverflows', 'TcpExt_TCPTimeouts', 'IpExt_InOctets'];
    return Object.fromEntries(
      [...told, ...extended].map((name) => [`node_netstat_${name}`, found[`node_netstat_${name}`] ?? 0]),
    );
  };
  expect(await compare(ctx, 'netstat', readText)).toBe(9);
});

test('sockets are those of /proc/net/sockstat', async (ctx) => {
  const compared = await compare(ctx, 'sockets', () => {
    const [, tcp = ''] = /^TCP: .*\bmem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8')) ?? [];
    const used = words(lines('/proc/net/sockstat')[0] ?? '')[2];
    return {
      node_sockstat_sockets_used: Number(used),
      node_sockstat_TCP_mem_bytes: Number(tcp) * host.facts.pageSizeBytes,
    };
  });
  expect(compared).toBe(2);
});

test('NUMA nodes have the memory that sysfs tells', async (ctx) => {
  const folder = '/sys/devices/system/node';
  const compared = await compare(ctx, 'numa', () => {
    const found: Values = {};
    for (const name of readdirSync(folder).filter((entry) => /^node\d+$/.test(entry))) {
      const node = name.slice('node'.length);
      for (const line of lines(`${folder}/${name}/meminfo`)) {
        const [, , key, number] = words(line);
        if (key === 'MemTotal:') found[`node_memory_numa_MemTotal{node="${node}"}`] = Number(number) * 1024;
        if (key === 'MemFree:') found[`node_memory_numa_MemFree{node="${node}"}`] = Number(number) * 1024;
      }
      for (const line of lines(`${folder}/${name}/numastat`)) {
        const [key, number] = words(line);
        found[`node_memory_numa_${key}_total{node="${node}"}`] = Number(number);
      }
    }
    return found;
  });
  expect(compared).toBeGreaterThanOrEqual(8);
});

test('interrupts are the sums of the rows', async (ctx) => {
  const compared = await compare(ctx, 'interrupts', () => {
    const found: Values = {};
    for (const line of lines('/proc/softirqs').slice(1)) {
      const [kind = '', ...counts] = words(line);
      const vector = kind.replace(':', '').toLowerCase().replace('irq_poll', 'block_iopoll');
      found[`node_softirqs_total{vector="${vector}"}`] = sum(counts);
    }
    const cores = words(lines('/proc/interrupts')[0] ?? '').length;
    for (const line of lines('/proc/interrupts')) {
      const kind = /^ *(NMI|LOC|RES|CAL|TLB|MCE):/.exec(line)?.[1];
      if (kind === undefined) continue;
      found[`jidi_interrupts_total{kind="${kind}"}`] = sum(words(line).slice(1, cores + 1));
    }
    return found;
  });
  expect(compared).toBeGreaterThanOrEqual(10);
});

test('conntrack tells the two numbers of /proc/sys/net/netfilter', async (ctx) => {
  const folder = '/proc/sys/net/netfilter';
  const number = (name: string): number => Number(readFileSync(`${folder}/${name}`, 'utf8'));
  await compare(ctx, 'conntrack', () => ({
    node_nf_conntrack_entries: number('nf_conntrack_count'),
    node_nf_conntrack_entries_limit: number('nf_conntrack_max'),
  }));
});

test('the highest frequency of a package is that of its fastest core', async (ctx) => {
  const number = (cpu: string, name: string): number =>
    Number(readFileSync(`${cpuFolder}/${cpu}/${name}`, 'utf8'));
  await compare(ctx, 'cpufreq', () => {
    const at = number('cpu0', 'topology/physical_package_id');
    const members = readdirSync(cpuFolder).filter(
      (name) => /^cpu\d+$/.test(name) && number(name, 'topology/physical_package_id') === at,
    );
    const kilohertz = Math.max(...members.map((name) => number(name, 'cpufreq/cpuinfo_max_freq')));
    const series = `jidi_cpu_frequency_limit_hertz{package="${Math.max(0, at)}",by="hardware"}`;
    return { [series]: kilohertz * 1000 };
  });
});

test('throttle counts are those of sysfs', async (ctx) => {
  await compare(ctx, 'throttle', () => {
    const number = (name: string): string => readFileSync(`${cpuFolder}/cpu0/${name}`, 'utf8').trim();
    const at = number('topology/physical_package_id');
    const count = Number(number('thermal_throttle/package_throttle_count'));
    return { [`node_cpu_package_throttles_total{package="${at}"}`]: count };
  });
});

test('memory bandwidth is that of resctrl', async (ctx) => {
  const path = '/sys/fs/resctrl/mon_data/mon_L3_00/mbm_total_bytes';
  await compare(ctx, 'resctrl', () =>
    existsSync(path)
      ? { 'jidi_memory_bandwidth_total_bytes_total{domain="0"}': Number(readFileSync(path, 'utf8')) }
      : {},
  );
});
