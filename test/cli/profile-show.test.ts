import { describe, expect, it } from 'vitest';
import { problemAnswer } from './collector-peer.ts';
import { eachWithPeer } from './each-with-peer.ts';
import { hostile } from './recorded-answers.ts';
import { profile, profileStacks } from './recorded-profile.ts';

const cli = eachWithPeer();
const { jidi } = cli;

describe('jidi profile show', () => {
  it('shows hot functions with their callers, those of one way in one line', async () => {
    const { code, out } = await jidi('profile show p1');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'app  pid 41  ann@n2  finished  2026-03-01 07:59:21  30 s',
      './app --size 9',
      '2970 samples at 99 Hz (cpu-clock), 0 lost',
      'callers by frame pointers',
      `${'█'.repeat(24)}▓  █ linear algebra 94.9 %  ▓ own code 5.0 %  ▒ site-special 0.1 %`,
      '',
      '    SELF     TOTAL  FUNCTION',
      '  94.9 %    94.9 %  hot  (app)',
      '            90.0 %  ├─ run ← main  (app)',
      '             4.9 %  └─ warm ← main  (app)',
      '   5.0 %     5.0 %  cold  (app)',
      '             5.0 %  └─ main  (app)',
      '                    … 4 more',
      '',
    ]);
  });

  it('shows the call tree down to any share, hostile names harmlessly', async () => {
    const { out } = await jidi('profile show p1 --view top-down --min 0% --lang zh');
    expect(out.split('\n').slice(6)).toEqual([
      '    总计      自身  函数',
      ' 100.0 %     0.0 %  全部',
      ' 100.0 %     0.0 %  └─ main  (app)',
      '  90.0 %     0.0 %     ├─ run  (app)',
      '  90.0 %    90.0 %     │  ↳ hot  (app)',
      '   5.0 %     5.0 %     ├─ cold  (app)',
      '   4.9 %     0.0 %     ├─ warm  (app)',
      '   4.9 %     4.9 %     │  ↳ hot  (app)',
      String.raw`   0.1 %     0.1 %     └─ \x1b[2J\u202eevil\x0d\x0a<b>  (libx.so)`,
      '',
    ]);
  });

  it.each([
    ['flame', ['hot 90.0', 'run 90.0', 'main 100.0', 'all 100.0']],
    ['icicle', ['all 100.0', 'main 100.0', 'run 90.0', 'hot 90.0']],
  ])('draws boxes in the width of the screen: %s', async (view, levels) => {
    const { out } = await jidi(`profile show p1 --view ${view}`, { env: { COLUMNS: '60' } });
    const lines = out.split('\n').slice(6, -1);
    expect(lines.map((line) => /(?<=^│)\w+ [\d.]+/.exec(line)?.[0])).toEqual(levels);
    expect(lines.find((line) => line.includes('run'))).toBe(`│run 90.0 %${' '.repeat(43)}│  │`);
  });

  it('colours boxes by the class of work where there are colours enough', async () => {
    const env = { TERM: 'xterm-256color', COLUMNS: '60' };
    const { out } = await jidi('profile show p1 --view icicle', { tty: true, env });
    expect(out).toContain('\x1b[48;5;114;38;5;16mhot 90.0 %');
    expect(out).not.toContain('│');
    const few = await jidi('profile show p1 --view icicle', { tty: true, env: { ...env, TERM: 'xterm' } });
    expect(few.out).toContain('│hot 90.0 %');
  });

  it('marks what is searched for and tells its share', async () => {
    const { out } = await jidi('profile show p1 --view top-down --search HO');
    expect(out).toContain('--search HO: 94.9 % of it; functions: 1\n');
    expect(out).toContain('  90.0 %    90.0 %     │  ↳ » hot  (app)\n');
    const table = (await jidi('profile show p1 --search run')).out;
    expect(table.split('\n').slice(-3)).toEqual([
      '   0.0 %    90.0 %  run  (app)',
      '            90.0 %  └─ main  (app)',
      '',
    ]);
  });

  it('asks for what is chosen and says what it is', async () => {
    cli.peer.answer('GET profiles/p1/stacks', { body: { ...profileStacks, branches: 900 } });
    const choice = '--from 200ms --to 1.5 --node n2 --rank 3 --focus run --by class --most 10';
    const { out } = await jidi(`profile show p1 ${choice}`);
    const query = { from: '0.2', to: '1.5', node: 'n2', rank: '3', focus: 'run', by: 'class', most: '10' };
    expect(cli.peer.asked.find(({ path }) => path === 'profiles/p1/stacks')?.query).toEqual(query);
    expect(out).toContain(
      '--from 0.2 --to 1.5 --node n2 --rank 3 --focus run --by class --most 10: 2970 samples',
    );
    expect(out).toContain('The lightest of 900 branches are in [rest]; --most shows more.\n');
  });

  it('says that the choice is empty where the profile is not', async () => {
    const none = { functions: [], modules: [], classes: [], parents: [], frameIds: [], self: [] };
    cli.peer.answer('GET profiles/p1/stacks', { body: { ...profileStacks, ...none, weight: 0 } });
    const { code, out } = await jidi('profile show p1 --from 50 --to 60');
    expect(code).toBe(0);
    expect(out).toContain('\n\nNo stacks with --from 50 --to 60. The whole profile has 2970 samples.\n');
  });

  it('says that a profile of one node has no parts', async () => {
    cli.peer.answer('GET profiles/p1/parts', { body: [] });
    const { out, err } = await jidi('profile show p1 --parts');
    expect(out).toBe('');
    expect(err).toBe('It has no parts: it is of one node, or came from a file.\n');
  });

  it('tells lost samples, poor names and their remedy, and nodes without a part', async () => {
    const reason = { code: 'no-symbols', message: 'app has no symbols', remedy: 'Build with -g.' };
    const bad = { code: 'no-perf', message: 'perf: not installed', remedy: 'Install linux-perf.' };
    const told = { node: null, lost: 330, symbols: { named: 0.4, reason }, unit: 'microseconds' };
    cli.peer.answer('GET profiles/p1', { body: { ...profile, ...told } });
    cli.peer.answer('GET profiles/p1/parts', {
      body: [
        { ...profile, node: 'n1' },
        { ...profile, node: 'n2', status: 'failed', reason: bad },
        { ...profile, node: 'n3', status: 'failed', reason: bad },
      ],
    });
    const { out } = await jidi('profile show p1');
    expect(out.split('\n').slice(2, 8)).toEqual([
      '2970 samples at 99 Hz (cpu-clock), 330 lost (10.0 %)',
      'callers by frame pointers  40.0 % of the frames have a name  shares are of time',
      'app has no symbols',
      '  remedy: Build with -g.',
      '1 of 3 nodes have all of their part  why: jidi profile show p1 --parts',
      '  n[2-3]: perf: not installed',
    ]);
  });

  it('shows the warmest functions where none is hot', async () => {
    const { out } = await jidi('profile show p1 --min 99%');
    expect(
      out
        .split('\n')
        .slice(7)
        .map((line) => line.trim().split(/ {2,}/)[2]),
    ).toEqual(['hot', 'cold', String.raw`\x1b[2J\u202eevil\x0d\x0a<b>`, undefined, undefined]);
  });

  it('writes functions and the call tree as CSV', async () => {
    const functions = (await jidi('profile show p1 -o csv --min 10%')).out;
    expect(functions.split('\r\n')).toEqual([
      'function,module,class,self,total',
      'hot,app,linear-algebra,0.9491582491582492,0.9491582491582492',
      'main,app,own-code,0,1',
      'run,app,own-code,0,0.9',
      '',
    ]);
    const calls = (await jidi('profile show p1 --view top-down -o csv --min 10%')).out;
    expect(calls.split('\r\n')).toEqual([
      'depth,function,module,class,self,total',
      '1,main,app,own-code,0,1',
      '2,run,app,own-code,0,0.9',
      '3,hot,app,linear-algebra,0.9,0.9',
      '',
    ]);
  });

  it('gives the view as JSON, flat however deep', async () => {
    const parents = Array.from({ length: 20_000 }, (_, branch) => branch - 1);
    const deep = { ...profileStacks, parents, frameIds: parents.map(() => 0), self: parents.map(() => 1) };
    cli.peer.answer('GET profiles/p1/stacks', { body: deep });
    const tree = JSON.parse((await jidi('profile show p1 --view flame --min 0% -o json')).out);
    expect(tree.calls).toHaveLength(20_000);
    expect(tree.calls[19_999]).toMatchObject({ depth: 20_000, function: 'main' });
    cli.peer.answer('GET profiles/p1/stacks', { body: profileStacks });
    const { functions, ...head } = JSON.parse((await jidi('profile show p1 -o json --min 10%')).out);
    expect(head).toMatchObject({ id: 'p1', weight: 2970, sampleWeight: 1, timed: true, choice: '' });
    expect(functions[0].callers).toEqual([
      { depth: 1, function: 'run', module: 'app', total: 0.9 },
      { depth: 2, function: 'main', module: 'app', total: 0.9 },
    ]);
  });

  it('says why a profile failed and what to do', async () => {
    const reason = { code: 'no-perf', message: 'perf: not installed', remedy: 'Install linux-perf.' };
    cli.peer.answer('GET profiles/p1', { body: { ...profile, status: 'failed', reason } });
    const none = problemAnswer(409, 'profile p1: failed, without stacks', 'Wait.');
    cli.peer.answer('GET profiles/p1/stacks', {
      ...none,
      body: { ...(none.body as object), code: 'no-stacks' },
    });
    const { code, out } = await jidi('profile show p1');
    expect(code).toBe(1);
    expect(out).toContain('perf: not installed\n  remedy: Install linux-perf.\n\nNo stacks.\n');
  });

  it('refuses an offset that is no time', async () => {
    const { code, err } = await jidi('profile show p1 --from soon --lang zh');
    expect([code, err]).toEqual([2, expect.stringContaining('请写自剖析开始起的秒数')]);
  });
});

describe('jidi profile callers', () => {
  it('puts the function between its callers and what it calls', async () => {
    const { out } = await jidi('profile callers p1 run');
    expect(out.split('\n').slice(5)).toEqual([
      '   TOTAL     OF IT  FUNCTION',
      '  90.0 %   100.0 %  ┌─ main  (app)',
      '  90.0 %   100.0 %  run  (app)',
      '  90.0 %   100.0 %  └─ hot  (app)',
      '',
    ]);
    const upwards = (await jidi('profile callers p1 hot --only callers')).out;
    expect(upwards.split('\n').slice(6, -1)).toEqual([
      '   4.9 %     5.2 %     ↱ main  (app)',
      '   4.9 %     5.2 %  ┌─ warm  (app)',
      '  90.0 %    94.8 %  │  ↱ main  (app)',
      '  90.0 %    94.8 %  ├─ run  (app)',
      '  94.9 %   100.0 %  hot  (app)',
    ]);
  });

  it('finds a function by a part of its name that no other has, and names the others', async () => {
    const found = JSON.parse((await jidi('profile callers p1 evil -o json')).out);
    expect(found).toMatchObject({
      function: hostile,
      callers: [{ distance: 1, function: 'main' }],
      callees: [],
    });
    expect(await jidi('profile callers p1 n')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Write one of them in full: "main", "run"'),
    });
    expect((await jidi('profile callers p1 nothing')).code).toBe(5);
    expect((await jidi('profile callers p1 hot --module libx.so')).code).toBe(5);
  });

  it('writes both halves as CSV', async () => {
    const { out } = await jidi('profile callers p1 run -o csv');
    expect(out.split('\r\n')).toEqual([
      'part,distance,function,module,total',
      'caller,1,main,app,0.9',
      'function,0,run,app,0.9',
      'callee,1,hot,app,0.9',
      '',
    ]);
  });
});
