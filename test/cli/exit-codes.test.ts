import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type CollectorPeer, problemAnswer, startCollectorPeer } from './collector-peer.ts';
import { runProgramWith } from './program-run.ts';

let peer: CollectorPeer;

beforeEach(async () => {
  peer = await startCollectorPeer();
});
afterEach(async () => {
  await peer.close();
});

describe('exit code', () => {
  it.each([
    '',
    'nonsense',
    'help nonsense',
    'help node nonsense',
    'node',
    'node show',
    'node ls --colour',
    'node ls -o yaml',
    'node ls --lang fr',
    'top n1 --sort age',
    'top n1 --limit 0',
    'profile start n1',
    'profile start n1 --pid x',
    'profile start --pid 1',
    'profile start n1 --pid 1 --job 7',
    'profile start n1 --pid 1 --event sleeping',
    'profile start n1 --pid 1 --duration 5s',
    'profile start n1 --pid 1 --duration 30',
    'profile start n1 --pid 1 --frequency 2001',
    'profile show p1 --min 101%',
    'profile ls --before yesterday',
    'profile export p1 --format png',
    'run service-status',
    'run service-status -w n1 -p novalue',
    'metrics n[1-2]',
    'node show ..',
    'node show n1,n2',
    'profile export p1',
    'node ls --url ftp://x',
    'node ls --url http://user:secret@x',
  ])('is 2 for: jidi %s', async (line) => {
    const { code, out, err } = await runProgramWith(line === '' ? [] : line, { url: peer.url });
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
    expect(peer.asked).toEqual([]);
  });

  it.each(['--help', 'profile start --help', 'help', 'help node', 'help profile start', '--version'])(
    'is 0 for: jidi %s',
    async (line) => {
      const { code, out, err } = await runProgramWith(line, {});
      expect([code, err]).toEqual([0, '']);
      expect(out).not.toBe('');
    },
  );

  it.each([
    [problemAnswer(400, 'query parameter from: not a time', 'Write -10m.'), 2],
    [problemAnswer(401, 'The token is missing or wrong.', 'Send a token.'), 3],
    [problemAnswer(403, 'No.', 'Ask.'), 3],
    [problemAnswer(404, 'node n2: unknown', 'See the list.'), 5],
    [problemAnswer(409, 'Over.', 'Nothing to do.'), 1],
    [problemAnswer(503, 'disk full', 'Free space.'), 1],
    [{ status: 200, type: 'text/html', body: new TextEncoder().encode('<html>') }, 4],
    [{ status: 404, type: 'text/html' }, 4],
    [{ status: 500, type: 'application/problem+json', body: new TextEncoder().encode('{') }, 4],
  ] satisfies [Answer, number][])('follows the answer %j', async (answer, code) => {
    peer.answer('GET nodes/n2', answer);
    expect(await runProgramWith('node show n2', { url: peer.url })).toMatchObject({ code, out: '' });
  });

  it('is 4 when nobody answers, and the message says where and how to start one', async () => {
    const { url } = peer;
    await peer.close();
    const { code, err } = await runProgramWith('node ls', { url });
    expect([code, err]).toEqual([
      4,
      `jidi: collector ${url}/: unreachable (ECONNREFUSED)\n` +
        '  remedy: Start one with npm start in a checkout, or name the address of yours with --url or JIDI_URL.\n',
    ]);
  });
});

describe('errors', () => {
  it.each([
    ['nonsense', "(see 'jidi --help')"],
    ['node ls --colour', "(see 'jidi node ls --help')"],
    ['top n1 --limit 0', "(see 'jidi top --help')"],
    ['profile start n1 --pid x', "(see 'jidi profile start --help')"],
    ['top n1 --lang zh --sort age', '（详见 jidi top --help）'],
  ])('of usage lead to the help of the command: jidi %s', async (line, hint) => {
    expect((await runProgramWith(line, {})).err).toContain(hint);
  });

  it.each([
    ['nonsense', "未知命令 'nonsense'"],
    ['node show', '缺少参数 node'],
    ['run service-status', '缺少选项 -w, --nodes <nodes>'],
    ['node ls --colour', '未知选项 --colour'],
    ['node ls extra', '参数过多：应为 0 个，实有 1 个：extra'],
    ['top n1 --sort age', '可选：cpu, memory, io, gpu。'],
    ['top n1 --limit 0', '请写 1 至 1000 的整数。'],
    ['profile start n1 --pid 1 --duration 5s', '请写 10s 至 300s 的时长，例如 10s or 1m。'],
    ['profile show p1 --min 101%', '请写 0% 至 100% 的百分比'],
    ['run service-status -w n1 -p novalue', '请写 key=value。'],
    ['top n1 --at -1m --watch', '选项 --watch 不能与 --at <time> 同时使用'],
  ])('of usage are in Chinese where that is wished: jidi %s', async (line, words) => {
    expect((await runProgramWith(`${line} --lang zh`, {})).err).toContain(words.replaceAll("'", ''));
  });

  it('name the option that was written and its value, not the parameter of the API', async () => {
    const answer = problemAnswer(400, 'query parameter metrics: not a list of metrics', 'Write node_load1.');
    peer.answer('GET range', answer);
    const { err } = await runProgramWith('metrics n1 --metric node_load1{', { url: peer.url });
    expect(err).toContain('jidi: --metric node_load1{: not a list of metrics\n');
  });

  it('are not what jidi help shows', async () => {
    const [asked, flagged] = [
      await runProgramWith('help node show', {}),
      await runProgramWith('node show -h', {}),
    ];
    expect(asked).toEqual(flagged);
    expect(asked.out).toContain('Usage: jidi node show [options] <node>');
  });

  it('print what the collector says and its remedy, harmlessly', async () => {
    peer.answer('GET nodes/n2', problemAnswer(404, 'node \x1b[2Jn2: unknown', 'See\n\u202ethe list.'));
    const { err } = await runProgramWith('node show n2 --lang zh', { url: peer.url });
    expect(err).toBe('jidi：node \\x1b[2Jn2: unknown\n  处理办法：See\\x0a\\u202ethe list.\n');
  });
});

describe('the token', () => {
  it('comes from the environment or the option and is sent as bearer', async () => {
    await runProgramWith('node ls', { url: peer.url, env: { JIDI_TOKEN: 'one' } });
    await runProgramWith('node ls --token two', { url: peer.url, env: { JIDI_TOKEN: 'one' } });
    await runProgramWith('node ls', { url: peer.url });
    expect(peer.asked.map(({ authorization }) => authorization)).toEqual([
      'Bearer one',
      'Bearer two',
      undefined,
    ]);
  });

  it('is never shown by help', async () => {
    const { out } = await runProgramWith('--help', { env: { JIDI_TOKEN: 'hush-hush' } });
    expect(out).not.toContain('hush-hush');
  });
});

describe('the address', () => {
  it('may lie under a path', async () => {
    await runProgramWith(`node show n2 --url ${peer.url}/api/v1/../../`, {});
    expect(peer.asked[0]?.path).toBe('nodes/n2');
  });
});
