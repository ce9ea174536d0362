// The page of a node in a real browser over the real product: groups of charts, the process tree, all of a process.
import type { Browser, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser, Visit, whyNoBrowser } from './console-visit.ts';
import { RunningJidi, until } from './running-jidi.ts';

const missing = whyNoBrowser();

let jidi: RunningJidi;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  if (missing !== undefined) return;
  jidi = await RunningJidi.start();
  browser = await launchBrowser();
  visit = await Visit.begin(browser, jidi.url, { colorScheme: 'dark' });
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  if (missing !== undefined) return;
  await browser.close();
  await jidi.stop();
});
afterEach(() => {
  if (missing === undefined) expect(visit.faults.splice(0)).toEqual([]);
});

describe('groups of charts', () => {
  test('are closed at first, and are those whose metrics the node has', async () => {
    await visit.page.goto('/nodes/n1');
    await group('Agent').waitFor();
    const groups = await visit.page.locator('[data-group]').all();
    const names = await Promise.all(groups.map((one) => one.getAttribute('data-group')));
    expect(names).toContain('storage');
    expect(names).not.toContain('jobs');
    expect(await visit.page.locator('[data-group] canvas').count()).toBe(0);
  });

  test('open and close, and the address keeps that', async () => {
    const { page } = visit;
    await group('Agent').click();
    const chart = page.getByRole('region', { name: 'CPU of the agent', exact: true });
    await visit.untilDrawn(chart.locator('canvas'));
    await until('its figure', async () => /%/.test(await chart.locator('.legend').innerText()));
    await page.reload();
    await chart.locator('canvas').waitFor();
    expect(await visit.seriousFaults()).toEqual([]);
    await group('Agent').click();
    await chart.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
  });
});

describe('processes', () => {
  test('are drawn as a tree, children below their parents', async () => {
    const { page } = visit;
    // A past moment stands still.
    const at = String(Math.floor(Date.now() / 1000) - 2);
    await page.goto(`/nodes/n1?at=${at}`);
    await page.getByRole('button', { name: 'Tree', exact: true }).click();
    await until('lines', async () => (await page.locator('.tree-lines').count()) > 0);
    const rows = await Promise.all((await page.locator('.processes tbody tr').all()).map(pidAndDepth));
    const table = await jidi.cliJson<{ pid: number; parentPid: number }[]>('top', 'n1', '--at', at);
    const parentOf = new Map(table.map(({ pid, parentPid }) => [pid, parentPid]));
    for (const [place, [pid, depth]] of rows.entries()) {
      const parent = parentOf.get(pid);
      if (depth === 0 || parent === undefined) continue;
      const above = rows.slice(0, place).filter(([, each]) => each < depth);
      expect(above.at(-1)?.[0]).toBe(parent);
    }
  });

  test('tell all that is known of them when they are opened', async () => {
    const { page } = visit;
    await page.goto(`/nodes/n1?at=${Math.floor(Date.now() / 1000) - 2}`);
    await page.getByRole('button', { name: 'Expand: ' }).first().click();
    const toggle = page.getByRole('button', { name: 'Collapse: ' });
    expect(await toggle.getAttribute('aria-expanded')).toBe('true');
    const detail = page.locator('.process-detail');
    expect(await detail.innerText()).toMatch(/Parent\s+\d+\s+Started\s+\d{4}-[\s\S]*Allowed CPUs\s+[\d,–-]+/);
    expect(await visit.seriousFaults()).toEqual([]);
    await toggle.click();
    await detail.waitFor({ state: 'detached' });
  });
});

function group(name: string): Locator {
  return visit.page.locator('[data-group]').getByRole('button', { name: new RegExp(`^${name}`) });
}

async function pidAndDepth(row: Locator): Promise<readonly [pid: number, depth: number]> {
  const lines = row.locator('.tree-lines');
  const pid = Number(await row.locator('td').first().innerText());
  return [pid, (await lines.count()) === 0 ? 0 : Number(await lines.getAttribute('data-depth'))];
}
