import { describe, expect, test } from 'vitest';
import type { Store } from '../../../collector/store/store.ts';
import type { Batch } from '../../../shared/model/batch.ts';
import type { Directive } from '../../../shared/model/directive.ts';
import { useBench } from './bench.ts';
import { makeDataDir, openCollectorEnd } from './collector-end.ts';
import { helloOf, type RawControl } from './raw-agent.ts';
import { until } from './until.ts';

const bench = useBench();

const directive: Directive = { kind: 'stop-profile', profileId: 'p1' };

async function greetedControl(node: string): Promise<RawControl> {
  const agent = bench().control();
  agent.hello(helloOf(node));
  await agent.heard('welcome');
  await until('peer', () => peerOf(node) !== undefined);
  return agent;
}

const peerOf = (node: string) => bench().end.handler.peers.findLast((peer) => peer.node === node);
const goneOf = (node: string) => bench().end.handler.gone.filter((peer) => peer.node === node);

function report(sequence: number): Batch {
  const rest = { truncated: false, exitCode: 0, reason: null, timeMs: Date.now() };
  return {
    sequence,
    payload: { kind: 'command', report: { commandId: 'c1', state: 'finished', output: '', ...rest } },
  };
}

describe('control stream', () => {
  test('hands directives down and tells once when the node is gone', async () => {
    const node = bench().newNode();
    const agent = await greetedControl(node);
    expect(peerOf(node)?.send(directive)).toBe(true);
    const [heard] = await agent.heard('directive');
    expect(heard?.directive).toEqual(directive);
    agent.close();
    await until('farewell', () => goneOf(node).length > 0);
    expect(goneOf(node)).toEqual([peerOf(node)]);
    expect(peerOf(node)?.send(directive)).toBe(false);
  });

  test('acknowledges a report once it was taken care of, not before', async () => {
    const { handler } = bench().end;
    const node = bench().newNode();
    const agent = await greetedControl(node);
    const gate = Promise.withResolvers<void>();
    handler.gate = gate.promise;
    agent.report(report(1));
    // Directives go down and are heard for longer than receipts are gathered.
    const endMs = performance.now() + 60;
    for (let count = 1; performance.now() < endMs; count += 1) {
      peerOf(node)?.send(directive);
      await agent.heard('directive', count);
    }
    expect(agent.answers.map(({ kind }) => kind)).not.toContain('ack');
    gate.resolve();
    const [receipt] = await agent.heard('ack');
    expect(receipt?.ack.position).toEqual({ dataClass: 'result', sequence: 1, beyond: [] });
    expect(handler.batches).toContainEqual(expect.objectContaining({ sequence: 1 }));
  });

  test('says at the next greeting how far reports are stored', async () => {
    const node = bench().newNode();
    const agent = await greetedControl(node);
    agent.report(report(1));
    agent.report(report(2));
    await until('receipt', () =>
      agent.answers.some((one) => one.kind === 'ack' && one.ack.position.sequence === 2),
    );
    const again = await greetedControl(node);
    const [welcome] = await again.heard('welcome');
    expect(welcome?.welcome.stored).toEqual([{ dataClass: 'result', sequence: 2, beyond: [] }]);
  });

  test('a newer stream of the node replaces the older, whose end is not reported', async () => {
    const node = bench().newNode();
    const older = await greetedControl(node);
    const first = peerOf(node);
    const newer = await greetedControl(node);
    expect(await older.end()).toMatchObject({ code: 'ABORTED' });
    expect(goneOf(node)).toEqual([]);
    expect(first?.send(directive)).toBe(false);
    expect(peerOf(node)?.send(directive)).toBe(true);
    await newer.heard('directive');
  });

  test('one who left while being greeted does not take the place of one who is there', async () => {
    const gate = Promise.withResolvers<void>();
    const dataDir = makeDataDir();
    const positions: Store['positions'] = async () => {
      await gate.promise;
      return [];
    };
    const end = await openCollectorEnd({ dataDir: dataDir.path, overStore: () => ({ positions }) });
    const hasty = bench().control(end.target);
    hasty.hello(helloOf('n1'));
    await until('hello', () => end.server.statistics.receivedBytes > 0);
    hasty.close();
    await until('farewell', () => end.server.statistics.streams === 0);
    gate.resolve();
    const patient = bench().control(end.target);
    patient.hello(helloOf('n1'));
    await patient.heard('welcome');
    expect(end.handler.peers).toHaveLength(1);
    await end.crash();
    dataDir.remove();
  });

  test('takes no more directives than it can hold for a node that does not read', async () => {
    const node = bench().newNode();
    await greetedControl(node);
    const peer = peerOf(node);
    let taken = 0;
    // In one turn nothing is sent, so everything waits.
    while (taken < 5000 && peer?.send(directive) === true) taken += 1;
    expect(taken).toBeGreaterThan(100);
    expect(taken).toBeLessThan(1000);
  });

  test('counts a malformed report and takes it for received, so that it does not come again', async () => {
    const { statistics } = bench().end.server;
    const before = statistics.refused.get('malformed') ?? 0;
    const agent = await greetedControl(bench().newNode());
    agent.say({ report: { dataClass: 'DATA_CLASS_RESULT', sequence: 1, command: { commandId: '' } } });
    agent.report(report(2));
    await until('receipt', () =>
      agent.answers.some((one) => one.kind === 'ack' && one.ack.position.sequence === 2),
    );
    expect(statistics.refused.get('malformed')).toBe(before + 1);
  });
});
