import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatOf } from '../../cli/commands/profile-import.ts';
import { problemAnswer } from './collector-peer.ts';
import { eachWithPeer } from './each-with-peer.ts';
import { profile, profileSpread, profileTimeline } from './recorded-profile.ts';

const cli = eachWithPeer();
const { jidi } = cli;

function askedOf(path: string): Readonly<Record<string, string>> | undefined {
  return cli.peer.asked.find((asked) => asked.path === path)?.query;
}

describe('jidi profile timeline', () => {
  it('draws a line for each second and says how to see the busiest', async () => {
    const { out, code } = await jidi('profile timeline p1', { env: { COLUMNS: '80' } });
    expect(code).toBe(0);
    expect(askedOf('profiles/p1/timeline')).toEqual({ step: '0.02' });
    const lines = out.split('\n').slice(5);
    expect(lines.slice(0, 3)).toEqual([
      '           0         200 ms    400 ms    600 ms    800 ms',
      `      0 s |${' '.repeat(50)}|          0`,
      `      1 s |${'- :'.repeat(16)}- | █        50`,
    ]);
    expect(lines.slice(30)).toEqual([
      `     29 s |${'@'.repeat(50)}| ████████ 450`,
      '           a cell is 20 ms   0 | .:-=+*%#@| 9 samples and more',
      '',
      'busiest from 29 s to 30 s: 450 samples',
      '  What ran then: jidi profile show p1 --from 29 --to 30',
      'quietest from 0 s to 1 s: 0 samples',
      '  What differs: jidi profile diff p1 --from 29 --to 30 --base-from 0 --base-to 1',
      '',
    ]);
  });

  it('paints heat where there are colours enough, and never cuts a command', async () => {
    const env = { TERM: 'xterm-256color' };
    const { out } = await jidi('profile timeline p1', { tty: true, columns: 78, env });
    expect(out).toContain('\x1b[48;5;229;38;5;229m@@@');
    expect(out).toContain('--base-from 0 --base-to 1\x1b[0m\n');
  });

  it('finds no busiest second where chance is all that differs', async () => {
    const weights = Array.from({ length: 1500 }, (_, cell) => (cell * 7) % 3);
    cli.peer.answer('GET profiles/p1/timeline', { body: { ...profileTimeline, weights } });
    expect((await jidi('profile timeline p1')).out).toContain('As even as chance is: no line stands out.\n');
  });

  it('asks for one function, in a window, as fine as wished', async () => {
    const { out } = await jidi('profile timeline p1 --function war --from 3 --to 4 --step 5ms -o csv');
    expect(askedOf('profiles/p1/timeline')).toEqual({ function: 'warm', from: '3', to: '4', step: '0.005' });
    expect(out.split('\r\n').slice(0, 2)).toEqual(['from,weight', '0,0']);
  });

  it('makes lines of several seconds of a long profile', async () => {
    cli.peer.answer('GET profiles/p1', {
      body: { ...profile, ended: (profile.started ?? 0) + 300 },
    });
    await jidi('profile timeline p1');
    expect(askedOf('profiles/p1/timeline')).toEqual({ step: '0.1' });
  });
});

describe('jidi profile spread', () => {
  it('shows who has more, marks who stands out, and sums up', async () => {
    const { out } = await jidi('profile spread p1', { env: { COLUMNS: '80' } });
    expect(askedOf('profiles/p1/spread')).toEqual({ over: 'process' });
    expect(out.split('\n').slice(5)).toEqual([
      'NODE  RANK  PID  NAME  SAMPLES  NOT MPI  OWN WORK',
      'n2       4   45  app      1000   99.0 %       990  ██████████  ▲ more',
      'n2       3   44  app      1000   53.0 %       530  █████▍',
      'n2       2   43  app      1000   52.0 %       520  █████▎',
      'n2       1   42  app      1000   51.0 %       510  █████▏',
      'n2       0   41  app      1000   50.0 %       500  █████',
      '',
      'least 500 samples, median 520 samples, most 990 samples',
      'most is 1.90 × the median  standing out: 1',
      '',
    ]);
  });

  it('shows both ends of many rows, and leads to the slowest rank of a job', async () => {
    const [row] = profileSpread.rows;
    const rows = Array.from({ length: 100 }, (_, rank) => ({
      ...row,
      rank,
      weight: 1000 + (rank === 7 ? 900 : 0),
    }));
    const target = { kind: 'job', job: '9' };
    cli.peer.answer('GET profiles/p1', { body: { ...profile, target } });
    cli.peer.answer('GET profiles/p1/spread', { body: { rows, left: 3 } });
    const lines = (await jidi('profile spread p1 --limit 4')).out.split('\n').slice(5);
    expect(lines.slice(0, 6).map((line) => line.slice(0, 18).trim())).toEqual([
      'NODE  RANK  PID  N',
      'n2       7   41  a',
      'n2       0   41  a',
      '… 96 more',
      'n2      98   41  a',
      'n2      99   41  a',
    ]);
    expect(lines.slice(-4)).toEqual([
      'most is 1.90 × the median  standing out: 1',
      'What the slowest does instead: jidi profile diff p1 --slowest-rank',
      '… 3 found no room in the answer',
      '',
    ]);
  });

  it('compares what is in one function over nodes, as CSV', async () => {
    const rows = [{ ...profileSpread.rows[0], pid: null, rank: null, name: '', wanted: 7 }];
    cli.peer.answer('GET profiles/p1/spread', { body: { rows, left: 0 } });
    const { out } = await jidi('profile spread p1 --over node --function hot -o csv');
    expect(askedOf('profiles/p1/spread')).toEqual({ over: 'node', function: 'hot' });
    expect(out.split('\r\n')).toEqual(['node,weight,ownShare,value,standsOut', 'n2,1000,0.5,7,', '']);
  });
});

describe('jidi profile diff', () => {
  it('puts what has surely changed before what may be chance', async () => {
    const { out } = await jidi('profile diff p1 --from 10 --to 20 --base-from 0 --base-to 10');
    expect(askedOf('profiles/p1/difference')).toEqual({ from: '10', to: '20', baseFrom: '0', baseTo: '10' });
    expect(out.split('\n')).toEqual([
      'app  p1',
      'base  --from 0 --to 10  1000 samples',
      'now  --from 10 --to 20  1000 samples',
      '',
      '  CHANGE        95 % SURE      BASE  SELF NOW  FUNCTION',
      ' −30.0 %    −33.5 … −26.4    90.0 %    60.0 %  hot  (app)',
      ' +29.5 %    +25.9 … +33.0     9.5 %    39.0 %  cold  (app)',
      '',
      'may be chance:',
      String.raw`  +0.5 %      −0.3 … +1.4     0.5 %     1.0 %  \x1b[2J\u202eevil\x0d\x0a<b>  (libx.so)`,
      '',
    ]);
  });

  it.each([
    ['p0 p1', 'p1', { base: 'p0' }],
    ['p1 --slowest-rank --by class', 'p1', { ranks: 'slowest', by: 'class' }],
    ['p1 --rank 3 --base-rank 4 --focus hot', 'p1', { rank: '3', baseRank: '4', focus: 'hot' }],
  ])('compares what is named: %s', async (names, id, query) => {
    expect((await jidi(`profile diff ${names} -o json`)).code).toBe(0);
    expect(askedOf(`profiles/${id}/difference`)).toEqual(query);
  });

  it('says more in red and less in blue, in words without colours', async () => {
    const tty = { tty: true, env: { TERM: 'xterm-256color', COLUMNS: '60' } };
    expect((await jidi('profile diff p1 --slowest-rank', tty)).out).toContain('\x1b[31m +29.5 %  \x1b[0m');
    const flame = (await jidi('profile diff p1 --slowest-rank --view flame', tty)).out;
    expect(flame).toMatch(/48;5;27;38;5;231mhot −30\.0 % .*48;5;196;38;5;231mcold \+29\.5 %/);
    const bare = (await jidi('profile diff p1 --slowest-rank --view icicle')).out;
    expect(bare).toMatch(/│hot −30\.0 % +│cold \+29\.5 % +│$/m);
  });

  it('gives every function with its interval as CSV and JSON', async () => {
    const { out } = await jidi('profile diff p1 --slowest-rank -o csv');
    expect(out.split('\r\n')[0]).toBe(
      'function,module,difference,low,high,self,baseSelf,total,baseTotal,isSure',
    );
    const { functions, judged } = JSON.parse((await jidi('profile diff p0 p1 --share total -o json')).out);
    expect(judged).toBe('total');
    expect(functions[0]).toMatchObject({ function: 'hot', isSure: true, difference: expect.closeTo(-0.3) });
  });

  it('wants to know what to compare with', async () => {
    const { code, err } = await jidi('profile diff p1 --from 3');
    expect([code, err]).toEqual([2, expect.stringContaining('--base-from and --base-to')]);
    expect(cli.peer.asked).toEqual([]);
  });
});

describe('jidi profile import', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jidi-import-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('sends the file as it is, with its name and what it is', async () => {
    const file = join(folder, 'old run.folded');
    writeFileSync(file, 'main;hot 9\n');
    const { err, out, code } = await jidi(['profile', 'import', file, '--frequency', '49', '--no-headers']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^p1 /)]);
    expect(cli.peer.asked[0]?.query).toEqual({ format: 'folded', name: 'old run.folded', frequency: '49' });
    expect(cli.peer.asked[0]?.body).toEqual(Buffer.from('main;hot 9\n'));
    expect(err).toContain('jidi profile show p1');
  });

  it.each([
    ['folded', Buffer.from('main;h\x1b[2Jot 9\n')],
    ['folded', gzipSync('main;hot 9\n'.repeat(10_000))],
    ['speedscope', Buffer.from(' {"$schema":"x"}')],
    ['speedscope', gzipSync('{"profiles":[]}')],
    ['pprof', gzipSync(Buffer.from([10, 4, 8, 1, 16, 2]))],
    ['pprof', Buffer.from([10, 4, 8, 1, 16, 2])],
    ['pprof', Buffer.from([0x1f, 0x8b, 9, 9])],
  ])('tells the format by its content: %s', (format, bytes) => {
    expect(formatOf(bytes)).toBe(format);
  });

  it('refuses what cannot be read or is too large before it asks', async () => {
    const large = join(folder, 'large');
    writeFileSync(large, '');
    truncateSync(large, 65 * 1024 * 1024);
    expect(await jidi(['profile', 'import', large])).toMatchObject({
      code: 2,
      err: expect.stringContaining('65.0 MiB are too much'),
    });
    expect((await jidi(['profile', 'import', join(folder, 'none')])).code).toBe(2);
    expect((await jidi(['profile', 'import', folder])).code).toBe(2);
    expect(cli.peer.asked).toEqual([]);
  });
});

describe('what cannot be shown of a profile', () => {
  it.each([
    ['timeline p1', 'timeline', 'no-samples', 'jidi profile show p1.'],
    ['spread p1 --rank 9', 'spread', 'nothing-chosen', 'jidi profile spread p1 --over thread'],
    ['diff p0 p1', 'difference', 'too-many-samples', 'one node with --node'],
    ['show p1 --from 3 --to 2', 'stacks', 'bad-parameter', '--from before --to'],
    ['export p1 --format folded --from 3', 'export', 'no-samples', 'a shorter --duration'],
  ])('comes with a remedy that names options: %s', async (line, path, code, remedy) => {
    const { body, ...answer } = problemAnswer(409, 'it cannot', 'GET /api/v1/it');
    cli.peer.answer(`GET profiles/p1/${path}`, { ...answer, body: { ...Object(body), code } });
    const { err } = await jidi(`profile ${line}`);
    expect(err).toContain('jidi: it cannot\n');
    expect(err).toContain(remedy);
    expect(err).not.toContain('/api/');
  });

  it('keeps a remedy that names a command', async () => {
    const { body, ...answer } = problemAnswer(
      404,
      'one process',
      'Profile a job: jidi profile start --job JOB.',
    );
    cli.peer.answer('GET profiles/p1/difference', {
      ...answer,
      body: { ...Object(body), code: 'nothing-chosen' },
    });
    expect((await jidi('profile diff p1 --slowest-rank')).err).toContain('jidi profile start --job JOB.');
  });
});
