import { createServer, type Server } from 'node:net';
import { describe, expect, test } from 'vitest';
import { StartError } from '../../../shared/errors.ts';
import { useBench } from './bench.ts';
import { makeDataDir, openCollectorEnd } from './collector-end.ts';
import { helloOf } from './raw-agent.ts';

const bench = useBench();

async function occupied(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, server };
}

describe('ingest server', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1', 'node1'])('refuses plain text on %s', async (host) => {
    const refusal = await Promise.resolve()
      .then(() => bench().end.server.listen({ host, port: 0 }))
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartError);
    expect(refusal).toMatchObject({
      message: expect.stringMatching(/plain text/),
      remedy: expect.stringMatching(/loopback/),
    });
  });

  test('says which port is taken and what to do', async () => {
    const { port, server } = await occupied();
    const dataDir = makeDataDir();
    try {
      const refusal = await openCollectorEnd({ dataDir: dataDir.path, port }).catch(
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(StartError);
      expect(refusal).toMatchObject({ message: expect.stringContaining(`127.0.0.1:${port}`) });
    } finally {
      server.close();
      dataDir.remove();
    }
  });

  test('stops within its deadline with streams open, and each is told', async () => {
    const dataDir = makeDataDir();
    const end = await openCollectorEnd({ dataDir: dataDir.path });
    const agents = await Promise.all(['a', 'b', 'c'].map((node) => bench().agentOf(node, end.target)));
    const control = bench().control(end.target);
    control.hello(helloOf('a'));
    await control.heard('welcome');
    const beganMs = performance.now();
    await end.crash();
    expect(performance.now() - beganMs).toBeLessThan(3000);
    for (const agent of [...agents, control])
      expect(await agent.end()).toMatchObject({ code: 'UNAVAILABLE' });
    await end.server.stop();
    dataDir.remove();
  });

  test('keeps the last sign of life of a node', async () => {
    const dataDir = makeDataDir();
    const end = await openCollectorEnd({ dataDir: dataDir.path });
    const agent = await bench().agentOf('alive', end.target);
    const greetedMs = (await end.store.nodes())[0]?.lastSeenMs ?? 0;
    agent.say({ heartbeat: { sentTimeMs: 1, bootTimeMs: 1 } });
    await agent.heard('heartbeat-echo');
    await end.server.stop();
    expect((await end.store.nodes())[0]?.lastSeenMs).toBeGreaterThan(greetedMs);
    await end.store.close();
    dataDir.remove();
  });
});
