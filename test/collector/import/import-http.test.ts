// Files brought over HTTP, to the real store.
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSelfMetrics } from '../../../collector/http/self-metrics.ts';
import { FileReader } from '../../../collector/import/file-reader.ts';
import { ProfileImport } from '../../../collector/import/profile-import.ts';
import { LiveBus } from '../../../collector/live/live-bus.ts';
import { createQuery } from '../../../collector/query/create-query.ts';
import { systemClock } from '../../../shared/clock.ts';
import { runServer } from '../http/running-server.ts';
import { handClock, openStore } from '../store/open-store.ts';

async function runOverStore(reader = new FileReader({ clock: systemClock })) {
  const clock = handClock();
  const store = await openStore({ clock });
  const bus = new LiveBus();
  const imports = new ProfileImport({ store, bus, clock, reader });
  onTestFinished(() => imports.stop());
  const selfMetrics = createSelfMetrics({ version: '1', store: () => store.statistics() });
  const query = createQuery(store, clock);
  const { port, ask } = await runServer({ query, imports, bus, selfMetrics });
  const base = `http://127.0.0.1:${port}`;
  const send = (parameters: string, body: string | Buffer<ArrayBuffer>, type = 'application/octet-stream') =>
    fetch(`${base}/api/v1/profiles/import?${parameters}`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
  return { ask, send, imports, store, base };
}

describe('import over HTTP', () => {
  it('makes a finished profile of a file, which is listed, shown and exported as any other', async () => {
    const { ask, send, store, base } = await runOverStore();
    const folded = 'main;solve;dot 60\nmain;read_[k] 30\nmain;[libm.so.6] 10\n';
    const answer = await send('format=folded&name=last+year&frequency=49', gzipSync(folded), 'text/plain');
    const profile = (await answer.json()) as { id: string };
    expect([answer.status, profile]).toMatchObject([
      201,
      {
        node: null,
        target: { kind: 'file', name: 'last year' },
        status: 'finished',
        unit: 'samples',
        samples: 100,
        frequency: 49,
        symbols: { named: 250 / 260, reason: null },
      },
    ]);
    expect(answer.headers.get('location')).toBe(`/api/v1/profiles/${profile.id}`);
    expect((await ask('/api/v1/profiles')).json).toMatchObject([{ id: profile.id }]);
    const exported = await ask(`/api/v1/profiles/${profile.id}/export?format=folded`);
    expect(exported.text.split('\n').toSorted()).toEqual(
      ['', 'main;[libm.so.6] 10', 'main;read 30', 'main;solve;dot 60'].toSorted(),
    );
    const pprof = await fetch(`${base}/api/v1/profiles/${profile.id}/export?format=pprof`);
    const again = await send('format=pprof&name=again', Buffer.from(await pprof.arrayBuffer()));
    const { id } = (await again.json()) as { id: string };
    expect((await ask(`/api/v1/profiles/${id}/export?format=folded`)).text).toBe(exported.text);
    expect((await ask(`/api/v1/profiles/${id}/difference?base=${profile.id}`)).json).toMatchObject({
      of: { profile: id, weight: 100 },
      base: { profile: profile.id, weight: 100 },
    });
    expect(await store.audit({ limit: 1 })).toMatchObject([
      { event: 'profile-imported', subject: id, detail: { name: 'again', format: 'pprof' } },
    ]);
  });

  it('refuses what is no such file, and says where and what helps', async () => {
    const { send } = await runOverStore();
    for (const [parameters, body, status, code, detail] of [
      ['format=folded&name=x', 'main;solve\n', 400, 'bad-file', 'line 1'],
      ['format=folded&name=x', '', 422, 'empty-file', 'nothing was sampled'],
      ['format=pprof&name=x', 'main;solve 1\n', 400, 'bad-file', 'pprof'],
      ['format=speedscope&name=x', '{"shared":{}}', 400, 'bad-file', 'shared.frames'],
      ['format=svg&name=x', '', 400, 'bad-parameter', 'format'],
      ['format=folded', 'a 1', 400, 'bad-parameter', 'name'],
    ] as const) {
      const answer = await send(parameters, body);
      const problem = (await answer.json()) as { code: string; detail: string; remedy: string };
      expect([answer.status, problem.code]).toEqual([status, code]);
      expect(problem.detail).toContain(detail);
      expect(problem.remedy).not.toBe('');
    }
  });

  it('takes no JSON, no file where JSON is due, and nothing from foreign pages', async () => {
    const { send, base } = await runOverStore();
    const asJson = await send('format=folded&name=x', '{}', 'application/json');
    expect([asJson.status, await asJson.json()]).toMatchObject([415, { code: 'wrong-type' }]);
    const asFile = await fetch(`${base}/api/v1/profiles`, {
      method: 'POST',
      body: 'a 1',
      headers: { 'content-type': 'text/plain' },
    });
    expect(asFile.status).toBe(415);
    const foreign = await fetch(`${base}/api/v1/profiles/import?format=folded&name=x`, {
      method: 'POST',
      body: 'a 1',
      headers: { 'content-type': 'text/plain', origin: 'http://elsewhere.example' },
    });
    expect([foreign.status, await foreign.json()]).toMatchObject([403, { code: 'foreign-origin' }]);
  });

  it('gives up a file that takes too long, and one that takes too much memory', async () => {
    const heavy = `${Array.from({ length: 200_000 }, (_, line) => `main;f${line};g${line} 1`).join('\n')}\n`;
    const slow = await runOverStore(new FileReader({ clock: systemClock, withinMs: 1 }));
    const late = await slow.send('format=folded&name=x', heavy);
    expect([late.status, await late.json()]).toMatchObject([413, { code: 'file-too-large' }]);
    const small = await runOverStore(new FileReader({ clock: systemClock, heapMiB: 16 }));
    const large = await small.send('format=folded&name=x', heavy);
    expect([large.status, await large.json()]).toMatchObject([413, { code: 'file-too-large' }]);
    expect(small.imports.statistics).toMatchObject({ underWay: 0, failed: 1, finished: 0 });
  });

  it('reads two files at once and refuses a third', async () => {
    const { send, imports } = await runOverStore();
    const places = [imports.admit(), imports.admit()];
    const third = await send('format=folded&name=x', 'a 1');
    expect([third.status, await third.json()]).toMatchObject([429, { code: 'too-busy' }]);
    places[0]?.();
    expect((await send('format=folded&name=x', 'a 1')).status).toBe(201);
    expect(imports.statistics).toMatchObject({ refused: 1, finished: 1 });
  });
});
