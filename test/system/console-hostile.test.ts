// 200 hostile names everywhere a node can say something, shown by the real console in a real browser: no script runs, and the
// console itself breaches its content security policy nowhere.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { createQuery } from '../../collector/query/create-query.ts';
import { createProfileViews } from '../../collector/query/profiles/views/answer-view.ts';
import type { Store } from '../../collector/store/store.ts';
import { buildWeb } from '../../scripts/build-web.ts';
import { systemClock as clock } from '../../shared/clock.ts';
import { memoryPeople, runServer } from '../collector/http/running-server.ts';
import { snapshot } from '../collector/identity/jobs/some-processes.ts';
import { recordedStacks } from '../collector/query/profiles/recorded-profiles.ts';
import { finishedProfile } from '../collector/query/profiles/stack-samples.ts';
import { metrics, openStore, sender, series, tick } from '../collector/store/open-store.ts';
import { launchBrowser, whyNoBrowser } from './console-visit.ts';
import { hostileNames, namesIn } from './hostile-names.ts';
import { until } from './running-jidi.ts';

const missing = whyNoBrowser();
const name = (n: number): string => hostileNames[n % hostileNames.length] ?? '';

test.skipIf(missing !== undefined)(
  `200 hostile names are text, and nothing else${missing === undefined ? '' : ` (${missing})`}`,
  async () => {
    const url = await serveHostile();
    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    const page = await (
      await browser.newContext({ baseURL: url, viewport: { width: 1600, height: 1200 } })
    ).newPage();
    const faults: string[] = [];
    page.on('dialog', (dialog) => {
      faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (/content security policy|trusted ?type/i.test(message.text())) faults.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:image'))
        faults.push(`load: ${request.url().slice(0, 200)}`);
    });
    await page.addInitScript(watchBreaches);
    const seen = new Set<number>();
    for (const [path, ready] of pages()) {
      await page.goto(path);
      await page.locator(ready).first().waitFor({ timeout: 30_000 });
      await hoverAll(page);
      for (const n of namesIn(await everythingSaid(page))) seen.add(n);
      expect({ path, faults, state: await page.evaluate(breaches) }).toEqual({
        path,
        faults: [],
        state: [0, []],
      });
    }
    // All of them were shown: the test would find nothing on empty pages.
    expect(hostileNames.map((_, n) => n).filter((n) => !seen.has(n))).toEqual([]);
  },
);

/** Where hostile text is shown, and what is there once it is. */
function pages(): readonly (readonly [path: string, ready: string])[] {
  const odd = encodeURIComponent(name(0));
  const table = '[data-testid=process-table] tbody tr';
  return [
    ['/', 'table'],
    ['/nodes/n1', table],
    ['/nodes/n1?tree=1', table],
    [`/nodes/n1?q=${odd}&at=${odd}&from=${odd}`, '[data-testid=processes]'],
    ['/profiles', '[data-testid=profile-list] tbody tr'],
    [`/profiles?q=${odd}`, 'main'],
    ['/profiles/prf-hostile', '[data-testid=bottom-up] tbody tr'],
    ['/profiles/prf-hostile?view=top-down', '[data-testid=top-down] tbody tr'],
    ['/profiles/prf-hostile?view=flame', '[data-testid=flame-line]'],
    ['/profiles/prf-hostile?view=sandwich', '[data-testid=sandwich]'],
    ['/profiles/prf-hostile?by=module', '[data-testid=bottom-up] tbody tr'],
    ['/commands', '[data-testid=command-list] tbody tr'],
    ['/commands/cmd-hostile', 'main h1'],
    // With its dots that is no page of the console, but an answer of the API.
    [`/nodes/${odd}`, 'body'],
    [`/${odd.replaceAll('.', '')}`, '.notice'],
    ['/accounts', '[data-testid=account-list]'],
  ];
}

/** Tooltips, too, are made of hostile text. */
async function hoverAll(page: Page): Promise<void> {
  for (const canvas of (await page.locator('canvas').all()).slice(0, 8)) {
    await canvas.hover({ timeout: 2_000, force: true }).catch(() => undefined);
  }
}

/** Texts and titles. */
async function everythingSaid(page: Page): Promise<string> {
  let text = '';
  await until('something hostile is shown or the page is settled', async () => {
    const before = text;
    text = await page.evaluate<string>(
      `document.documentElement.textContent + [...document.querySelectorAll('[title]')].map((one) => one.title).join(' ')`,
    );
    return text === before;
  });
  return text;
}

const watchBreaches = `
  globalThis.breaches = [];
  document.addEventListener('securitypolicyviolation', (event) =>
    globalThis.breaches.push(event.violatedDirective + ' ' + event.blockedURI));
`;
const breaches = `[globalThis.pwned ?? ({}).pwned ?? 0, globalThis.breaches]`;

async function serveHostile(): Promise<string> {
  const webRoot = mkdtempSync(join(tmpdir(), 'jidi-hostile-'));
  onTestFinished(() => rmSync(webRoot, { recursive: true, force: true }));
  await buildWeb(webRoot);
  const store = await openStore({ clock });
  await fill(store);
  const query = createQuery(store, clock, { profileViews: createProfileViews(store, []) });
  const people = memoryPeople();
  const { port } = await runServer({ query, webRoot, people });
  await people.accounts.create({ name: 'alice', role: 'admin', password: null }, name(1));
  return `http://127.0.0.1:${port}`;
}

async function fill(store: Store): Promise<void> {
  const nowMs = clock.now() - 2_000;
  await store.putNode(
    { name: 'n1', role: 'compute', bootId: name(2), agentVersion: name(3), intervalMs: 5000 },
    nowMs,
  );
  const device = { name: name(4), model: name(5), sizeBytes: 1 };
  const inventory = {
    timeMs: nowMs,
    model: name(6),
    cpuModel: name(7),
    os: name(8),
    kernel: name(9),
    arch: name(10),
    sockets: 1,
    cores: 1,
    threads: 1,
    memoryBytes: 1,
    bootTimeMs: nowMs,
    interfaces: [{ name: name(11), mac: name(12), addresses: [name(13)], bitsPerSecond: 1 }],
    disks: [device],
  };
  await store.append(sender, { sequence: 1, payload: { kind: 'inventory', inventory } });
  const reason = { code: name(14), message: name(15), remedy: name(16) };
  const gap = {
    dataClass: 'metric',
    fromTimeMs: nowMs - 1000,
    toTimeMs: nowMs,
    count: 3,
    reason: name(17),
  } as const;
  await store.append(sender, { sequence: 2, payload: { kind: 'gap', gap: { ...gap, sequences: null } } });
  const devices = hostileNames
    .slice(0, 30)
    .flatMap((text) => [
      series('node_network_receive_bytes_total', { device: text }, 'counter'),
      series('node_disk_read_bytes_total', { device: text }, 'counter'),
    ]);
  for (const [at, timeMs] of [nowMs - 5000, nowMs].entries()) {
    const payload = metrics(
      tick(
        timeMs,
        devices,
        devices.map((_, value) => at * 1000 + value),
      ),
    );
    await store.append(sender, { sequence: at + 1, payload });
  }
  const processes = hostileNames.map((text, n) => ({
    pid: 100 + n,
    name: text.slice(0, 120),
    command: text,
    user: name(n + 1),
    job: n % 2 === 0 ? text : null,
    step: name(n + 2),
    waitChannel: name(n + 3),
    allowedCpus: name(n + 4),
    localRank: null,
  }));
  const payload = { kind: 'processes', snapshots: [snapshot(nowMs, processes)] } as const;
  await store.append(sender, { sequence: 1, payload });
  await fillOrders(store, nowMs, reason);
}

async function fillOrders(
  store: Store,
  nowMs: number,
  reason: { code: string; message: string; remedy: string },
): Promise<void> {
  const profile = {
    ...finishedProfile,
    id: 'prf-hostile',
    node: 'n1',
    createdTimeMs: nowMs,
    startedTimeMs: nowMs,
    endedTimeMs: nowMs + 1000,
    reason,
    sampledEvent: name(18),
    usedCallGraph: name(19),
    startedBy: name(20),
    process: { pid: 1, startTimeMs: nowMs, user: name(21), name: name(22), command: name(23) },
  };
  // What separates frames and their files here is no part of a name.
  const frame = (n: number): string =>
    `${name(n).replace(/[;@]/g, '_')}@${name(n + 7).replace(/[;@]/g, '_')}`;
  const samples = hostileNames.map((_, n) => ({
    timeMs: n,
    stack: `main;${frame(n)};${frame(n + 100)}`,
    pid: 1 + (n % 5),
  }));
  await store.putStacks(profile, recordedStacks(samples));
  await store.putProfile({
    ...profile,
    id: 'prf-job',
    target: { kind: 'job', job: name(24) },
    process: null,
  });
  await store.putProfile({
    ...profile,
    id: 'prf-file',
    target: { kind: 'file', name: name(25) },
    node: null,
    process: null,
  });
  await store.putCommand({
    id: 'cmd-hostile',
    action: name(26),
    parameters: { [name(27)]: name(28) },
    requester: name(29),
    issuedTimeMs: nowMs,
    expiresTimeMs: nowMs + 60_000,
    timeoutMs: 60_000,
    targets: [
      {
        node: 'n1',
        state: 'failed',
        startedTimeMs: nowMs,
        endedTimeMs: nowMs,
        exitCode: 1,
        truncated: false,
        reason,
        output: hostileNames.join('\n'),
      } as const,
    ],
  });
}
