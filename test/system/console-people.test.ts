// People in a real browser: how they come in and go out, and what a foreign page can do with their session: nothing.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { policy } from '../../collector/http/policy.ts';
import type { Account, LoginLink } from '../../shared/api/people.ts';
import { launchBrowser, Visit, whyNoBrowser } from './console-visit.ts';
import { PeopleCollector } from './people-collector.ts';
import { runCli, until } from './running-jidi.ts';

const missing = whyNoBrowser();
const password = 'correct horse 1';

let collector: PeopleCollector;
let browser: Browser;
beforeAll(async () => {
  if (missing !== undefined) return;
  collector = await PeopleCollector.start();
  browser = await launchBrowser();
  await collector.asRoot('POST', 'accounts', { name: 'alice', role: 'admin', password });
  await collector.asRoot('POST', 'accounts', { name: 'otto', role: 'operator', password });
  await collector.asRoot('POST', 'accounts', { name: 'vera', role: 'viewer' });
});
beforeEach((ctx) => {
  if (missing !== undefined) ctx.skip(missing);
});
afterAll(async () => {
  if (missing !== undefined) return;
  await browser.close();
  await collector.stop();
});

async function enter(name = 'alice'): Promise<Visit> {
  const visit = await Visit.begin(browser, collector.url);
  await visit.page.goto('/profiles');
  await visit.page.fill('input[name=name]', name);
  await visit.page.fill('input[name=password]', password);
  await visit.page.click('button[type=submit]');
  await visit.page.getByTestId('account-menu').waitFor();
  return visit;
}

describe('a person', () => {
  test('logs in, is where it wanted to go, sees what is live, and goes out again', async () => {
    const { page } = await enter();
    expect(new URL(page.url()).pathname).toBe('/profiles');
    await page.locator('[data-live=open]').waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({
      name: '__Host-jidi',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
    });
    await page.getByTestId('account-menu').click();
    await page.getByTestId('logout').click();
    await page.getByTestId('login').waitFor();
    expect((await page.context().cookies()).length).toBe(0);
    await page.context().close();
  });

  test('is asked for a login as soon as its session is over, and goes on where it was', async () => {
    const { page } = await enter('otto');
    await page.goto('/commands');
    await page.locator('[data-live=open]').waitFor();
    await collector.asRoot('PATCH', 'accounts/otto', { role: 'viewer' });
    await page.getByTestId('login').waitFor();
    expect(new URL(page.url()).pathname).toBe('/commands');
    await page.context().close();
  });

  test('comes by a link, chooses a password, and is not offered what a viewer may not do', async () => {
    const link = await collector.asRoot<LoginLink>('POST', 'accounts/vera/link', {});
    const { page } = await Visit.begin(browser, collector.url, { locale: 'zh-CN', colorScheme: 'dark' });
    await page.goto(link.path);
    await page.getByTestId('login').waitFor();
    // Whoever looks over the shoulder, or at the history, finds no code.
    expect(page.url()).not.toContain('#');
    await page.click('button[type=submit]');
    const form = page.getByTestId('password-form');
    await form.locator('input[name=wanted]').fill('another horse 2');
    await form.locator('input[name=again]').fill('another horse 2');
    await form.getByRole('button').click();
    await form.locator('input[name=present]').waitFor();
    await page.goto('/profiles');
    const start = page.getByRole('button', { name: '剖析' }).first();
    await start.waitFor();
    expect(await start.isDisabled()).toBe(true);
    expect(await start.getAttribute('title')).toContain('viewer');
    await page.goto('/accounts');
    await page.getByText('账户由管理员管理').waitFor();
    await page.context().close();
  });
});

describe('a foreign page', () => {
  let foreign: Server;
  beforeAll(async () => {
    foreign = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title><form></form>');
    }).listen(0, '0.0.0.0');
    await until('it listens', () => foreign.listening);
  });
  afterAll(() => {
    foreign.close();
    foreign.closeAllConnections();
  });

  // On another port the browser calls it the same site, and sends the cookie.
  test.each(['127.0.0.1', 'localhost'])(
    'on %s changes nothing by any route, and reads nothing',
    async (host) => {
      const { page } = await enter();
      const before = await state();
      const { port } = foreign.address() as AddressInfo;
      const routes = Object.keys(policy)
        .map((row) => row.split(' '))
        .map(
          ([method = '', path = '']) => [method, path.replace(':name', 'vera').replace(':id', 'x')] as const,
        )
        .filter(([, path]) => path.startsWith('/api/'));
      await page.goto(`http://${host}:${port}/`);
      const read = await page.evaluate<number>(attack(collector.url, routes));
      expect(read).toBe(0);
      // Forms are sent by going away.
      for (const [, path] of routes.filter(([method]) => method === 'POST')) {
        await page.goto(`http://${host}:${port}/`);
        await Promise.all([
          page.waitForNavigation({ timeout: 10_000 }).catch(() => undefined),
          page.evaluate(formPost(collector.url + path.slice(1))),
        ]);
      }
      expect(await state()).toEqual(before);
      await page.context().close();
    },
  );

  async function state() {
    const accounts = await collector.asRoot<Account[]>('GET', 'accounts');
    const audit = await collector.asRoot<{ event: string; actor: string }[]>('GET', 'audit');
    return {
      accounts: accounts.map(({ name, role, locked }) => ({ name, role, locked })),
      tokens: await collector.asRoot('GET', 'tokens?all=true'),
      profiles: await collector.asRoot('GET', 'profiles'),
      commands: await collector.asRoot('GET', 'commands'),
      done: audit.filter(({ event }) => !event.startsWith('login')).length,
    };
  }
});

describe('the command line', () => {
  test('comes in through the socket of root, and with a token, but not without', async () => {
    const url = collector.url;
    expect(await runCli(url, ['account', 'ls'])).toMatchObject({ code: 3 });
    const { stdout } = await runCli(null, ['account', 'ls', '-o', 'json'], {
      JIDI_SOCKET: collector.socket,
      HOME: collector.folder,
    });
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'alice' }, { name: 'otto' }, { name: 'vera' }]);
  });
});

/** Everything that a page can send with the browser's own session; how many answers it could read. */
function attack(url: string, routes: readonly (readonly [string, string])[]): string {
  return `(async () => {
    let read = 0;
    const body = JSON.stringify({ name: 'evil', role: 'admin', locked: true, wanted: 'evil evil evil', action: 'quiet', nodes: 'n1', pid: 1 });
    for (const [method, path] of ${JSON.stringify(routes)}) {
      const url = ${JSON.stringify(url)} + path.slice(1);
      for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded']) {
        for (const mode of ['no-cors', 'cors']) {
          const own = method === 'GET' ? {} : { body, headers: { 'content-type': type, ...(mode === 'cors' ? { 'x-jidi': 'console' } : {}) } };
          try {
            const answer = await fetch(url, { method, mode, credentials: 'include', signal: AbortSignal.timeout(3000), ...own });
            if (answer.type !== 'opaque') read++;
          } catch {}
        }
      }
    }
    const source = new EventSource(${JSON.stringify(url)} + 'api/v1/events', { withCredentials: true });
    await new Promise((resolve) => { source.onopen = () => { read++; resolve(); }; source.onerror = resolve; });
    source.close();
    return read;
  })()`;
}

function formPost(url: string): string {
  return `(() => {
    const form = document.querySelector('form');
    form.method = 'POST'; form.enctype = 'text/plain'; form.action = ${JSON.stringify(url)};
    const field = document.createElement('input');
    field.name = '{"name":"evil","role":"admin","x":"'; field.value = '"}';
    form.append(field); form.submit();
  })()`;
}
