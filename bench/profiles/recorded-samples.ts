// In: programs that most machines for development have. Out: what perf samples of each while it works, sample by sample.
// A program that is missing is left out; without perf, or without the right to use it, there is none.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { SampleBuilder } from '../../agent/profiler/samples/sample-builder.ts';
import type { StackTree } from '../../shared/model/profile.ts';

/** What perf says of each frame, leaf first. */
export type Sample = readonly string[];

export interface RecordedProgram {
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Of each sample, ms. */
  readonly timesMs: readonly number[];
}

const frequencyHz = 997;
const repository = join(import.meta.dirname, '../..');

const programs: Readonly<Record<string, string>> = {
  sqlite3: `while :; do sqlite3 :memory: "create table t(a,b,c); with recursive n(i) as (select 1 union all select i+1
    from n where i<300000) insert into t select i, hex(randomblob(8)), i%97 from n; create index x on t(b);
    select count(*) from t x join t y on x.a=y.a where x.b like '%AB%'; select c, group_concat(b) from t group by c
    order by 2;"; done`,
  git: 'while :; do git log -p --stat -n 400; git grep -c export; done',
  tsc: `while :; do ${join(repository, 'node_modules/.bin/tsc')} --noEmit -p shared; done`,
  node: `while :; do ${process.execPath} -e 'const z = require("zlib"); const a = [];
    for (let i = 0; i < 4e5; i++) a.push({ i, t: "x" + i * 7 % 1e5 }); a.sort((x, y) => x.t < y.t ? -1 : 1);
    z.deflateSync(JSON.stringify(a))'; done`,
  'g++': `while :; do echo '#include <regex>
    #include <map>
    #include <iostream>
    int main() { std::regex r("a+"); std::map<int, std::string> m; std::cout << m.size(); }' |
    g++ -O2 -x c++ -S -o /dev/null -; done`,
};

export interface RecordOptions {
  readonly seconds: number;
  /** Name of one program; empty: all. */
  readonly only: string;
}

export function recordPrograms(folder: string, { seconds, only }: RecordOptions): readonly RecordedProgram[] {
  const wanted = Object.entries(programs).filter(([name]) => only === '' || name === only);
  return wanted.flatMap(([name, script]) => {
    const taken = record(join(folder, `${name}.data`), ['timeout', String(seconds), 'sh', '-c', script]);
    if (taken.length === 0) return [];
    return [{ name, samples: taken.map(({ frames }) => frames), timesMs: taken.map(({ timeMs }) => timeMs) }];
  });
}

function record(
  file: string,
  command: readonly string[],
): readonly { readonly timeMs: number; readonly frames: Sample }[] {
  const options = ['record', '-q', '-o', file, '-F', String(frequencyHz), '--call-graph', 'dwarf,4096'];
  spawnSync('perf', [...options, '--', ...command], { cwd: repository, stdio: 'ignore', timeout: 200_000 });
  const printed = spawnSync(
    'perf',
    ['script', '--no-inline', '-F', 'pid,tid,time,ip,sym,dso', '--input', file],
    {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      timeout: 120_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  if (printed.status !== 0) return [];
  return printed.stdout
    .split('\n\n')
    .map((sample) => ({
      timeMs: 1000 * Number(/(\d+\.\d+):/.exec(sample)?.[1] ?? 0),
      frames: sample
        .split('\n')
        .filter((line) => line.startsWith('\t'))
        .map((line) => line.trim())
        .map((line) => line.slice(line.indexOf(' ') + 1)),
    }))
    .filter(({ frames }) => frames.length > 0);
}

/** As the agent folds them. */
export function treeOfSamples(samples: readonly Sample[]): StackTree {
  const builder = new SampleBuilder();
  for (const sample of samples) builder.add({ pid: 1, tid: 1, name: '', timeMs: 0, weight: 1 }, sample);
  return builder.tree.build();
}
