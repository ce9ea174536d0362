import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CollectorPeer, startCollectorPeer } from './collector-peer.ts';
import { type RunOptions, type RunOutcome, runProgramWith } from './program-run.ts';
import { command } from './recorded-answers.ts';

let peer: CollectorPeer;

beforeEach(async () => {
  peer = await startCollectorPeer();
});
afterEach(async () => {
  await peer.close();
});

function jidi(line: string, options: RunOptions = {}): Promise<RunOutcome> {
  return runProgramWith(line, { url: peer.url, ...options });
}

function orders(): unknown[] {
  return peer.asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
}

const target = {
  started: 1,
  ended: 2,
  exitCode: 0,
  truncated: false,
  reason: null,
  state: 'finished',
} as const;
const good = { ...command, targets: [{ ...target, node: 'n1', output: 'active\n' }] };

describe('jidi run', () => {
  it('merges nodes of equal outcome under their node set, with reasons and remedies', async () => {
    const { code, out, err } = await jidi('run service-status -w n[01-04] -p service=slurmd --timeout 30s');
    expect(orders()).toEqual([
      { action: 'service-status', nodes: 'n[01-04]', parameters: { service: 'slurmd' }, timeout: 30 },
    ]);
    expect(out.split('\n')).toEqual([
      '── n[01-02] (2)  finished',
      'active',
      '── n03  refused',
      'restart-slurmd: not allowed by the policy of this node',
      '  remedy: Add it to /etc/jidi/policy.yaml on the node.',
      '── n04  failed, exit code 3',
      String.raw`\x1b[2J\u202eevil`,
      '<b>',
      '    end',
      '(output cut off)',
      '',
    ]);
    expect(err).toMatch(
      /^Command c1: service-status on n\[01-04\]\.\n(.*\n)*2 finished, 1 refused, 1 failed\n$/,
    );
    expect(code).toBe(1);
  });

  it('ends with 0 when all nodes have finished', async () => {
    peer.answer('GET commands/c1', { body: good });
    expect((await jidi('run service-status -w n1 -o json')).code).toBe(0);
  });

  it('prints what nodes write while it takes long, each line once and with its node', async () => {
    const growing = (output: string, state = 'running') => ({
      body: { ...good, over: state !== 'running', targets: [{ ...target, node: 'n1', state, output }] },
    });
    const steps = ['', '', '', '', '', 'one\ntw', 'one\ntwo\n', 'one\ntwo\n'].map((output) =>
      growing(output),
    );
    peer.answer('GET commands/c1', ...steps, growing('one\ntwo\n', 'finished'));
    const { err, out } = await jidi('run service-status -w n1');
    expect(err.match(/^n1: .*$/gm)).toEqual(['n1: one', 'n1: two']);
    expect(out).toBe('── n1  finished\none\ntwo\n');
  });

  it('cancels at an interrupt and still shows what came of it', async () => {
    const running = {
      body: { ...good, over: false, targets: [{ ...target, node: 'n1', state: 'running', output: '' }] },
    };
    const cancelled = {
      body: { ...good, targets: [{ ...target, node: 'n1', state: 'cancelled', output: '' }] },
    };
    peer.answer('GET commands/c1', running, running, running, cancelled);
    const { code, out } = await jidi('run service-status -w n1', {
      onStart: (interrupt) => void peer.request('GET commands/c1').then(interrupt),
    });
    expect(peer.asked.map(({ path }) => path)).toContain('commands/c1/cancel');
    expect([code, out]).toEqual([1, '── n1  cancelled\n']);
  });

  it('does not wait when told so', async () => {
    const { code, out } = await jidi('run service-status -w n1 --detach -o json');
    expect([code, JSON.parse(out).id]).toEqual([0, 'c1']);
    expect(peer.asked.at(-1)?.method).toBe('POST');
  });
});

describe('jidi run of an action that changes nodes', () => {
  it('names the nodes and goes on when their number is typed', async () => {
    const { err } = await jidi('run restart-slurmd -w n[01-04]', { tty: true, answer: '4\n' });
    expect(err).toContain('restart-slurmd changes these nodes: n[01-04]\nType their number, 4, to go on: ');
    expect(orders()).toHaveLength(1);
  });

  it.each(['', 'y', '3'])('does nothing at the answer %j', async (answer) => {
    const { code, err } = await jidi('run restart-slurmd -w n[01-04]', { tty: true, answer });
    expect([code, orders()]).toEqual([1, []]);
    expect(err).toContain('Nothing was done.');
  });

  it('is refused where nobody can be asked, but for -y', async () => {
    const { code, err } = await jidi('run restart-slurmd -w n[01-04]');
    expect([code, orders()]).toEqual([2, []]);
    expect(err).toContain('Add -y');
    await jidi('run restart-slurmd -w n[01-04] -y');
    expect(orders()).toHaveLength(1);
  });

  it.each(['n1!n1', 'n[1-', 'n[1-9999999]', ''])('never begins with the node set %j', async (set) => {
    const { code } = await runProgramWith(['run', 'restart-slurmd', '-y', '-w', set], { url: peer.url });
    expect([code, peer.asked]).toEqual([2, []]);
  });
});

describe('jidi command show', () => {
  it('writes CSV with whole outputs', async () => {
    const { out } = await jidi('command show c1 -o csv');
    expect(out).toContain('n04,failed,3,');
    expect(out).toContain('"\\x1b[2J\\u202eevil\\x0d\n<b>\n    end"\r\n');
  });
});
