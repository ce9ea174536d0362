import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runServer } from './running-server.ts';

function builtConsole(): string {
  const folder = mkdtempSync(join(tmpdir(), 'jidi-console-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const webRoot = join(folder, 'web');
  mkdirSync(join(webRoot, 'assets'), { recursive: true });
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>jidi</title>');
  writeFileSync(join(webRoot, 'assets', 'main-B7dQx_9a.js'), 'void 0;');
  writeFileSync(join(webRoot, 'icon.svg'), '<svg/>');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  return webRoot;
}

describe('the console', () => {
  it('says how to build it while it is not built', async () => {
    const { ask } = await runServer({ webRoot: null });
    const { status, text } = await ask('/');
    expect(status).toBe(200);
    expect(text).toContain('npm run build');
    expect((await ask('/nodes/n001')).status).toBe(404);
  });

  it('is served from its folder; files with a hash in their name are kept for ever, others are not', async () => {
    const { ask } = await runServer({ webRoot: builtConsole() });
    const page = await ask('/');
    expect(page.text).toContain('<title>jidi</title>');
    expect(page.headers['cache-control']).toBe('no-cache');
    const script = await ask('/assets/main-B7dQx_9a.js');
    expect(script.headers['content-type']).toContain('javascript');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await ask('/icon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it('answers every page of its own with the first one, and nothing else', async () => {
    const { ask } = await runServer({ webRoot: builtConsole() });
    for (const path of ['/nodes/n001', '/nodes/n001.cluster.local', '/profiles/p1?view=flame']) {
      expect(await ask(path)).toMatchObject({
        status: 200,
        text: expect.stringContaining('<title>jidi</title>'),
      });
    }
    for (const path of ['/api/v1/nothing', '/api', '/-/nothing', '/assets/gone.js', '/favicon.ico']) {
      expect((await ask(path)).json).toMatchObject({ status: 404, code: 'no-such-route' });
    }
    expect((await ask('/nodes/n001', { method: 'POST' })).status).toBe(404);
  });

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/%2e%2e/secret.txt'])(
    'gives out nothing beside its folder: %s',
    async (path) => {
      const { ask } = await runServer({ webRoot: builtConsole() });
      const { status, text } = await ask(path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toBe('secret');
    },
  );
});
