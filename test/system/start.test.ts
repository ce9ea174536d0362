import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunningJidi } from './running-jidi.ts';

describe('npm start', () => {
  let jidi: RunningJidi;
  beforeAll(async () => {
    jidi = await RunningJidi.start();
  });
  afterAll(async () => {
    await jidi.stop();
  });

  test('says where to look and where its data lie', () => {
    expect(jidi.output).toMatch(/^console: http:\/\/127\.0\.0\.1:\d+\/$/m);
    expect(jidi.output).toContain(`data: ${jidi.dataDir}`);
  });

  test('shows this machine as a node that is up', async () => {
    const nodes = await jidi.cliJson<{ name: string; state: string; role: string; lastSeen: number }[]>(
      'node',
      'ls',
    );
    expect(nodes).toEqual([{ name: 'n1', state: 'up', role: 'compute', lastSeen: expect.any(Number) }]);
    expect(Math.abs(Date.now() / 1000 - (nodes[0]?.lastSeen ?? 0))).toBeLessThan(15);
  });

  test('serves the console', async () => {
    const page = await fetch(jidi.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<script');
  });

  test('stops cleanly on Ctrl-C', async () => {
    const other = await RunningJidi.start();
    expect(await other.stop()).toBe(0);
    await expect(fetch(other.url)).rejects.toThrow('fetch failed');
  });
});
