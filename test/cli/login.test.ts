// jidi login and what follows, against a real server with people in a real store.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closedAccess, password, runPeople } from '../collector/http/people-world.ts';
import { runProgramWith } from './program-run.ts';

async function begin() {
  const home = mkdtempSync(join(tmpdir(), 'jidi-home-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const socket = join(home, 'admin.sock');
  const world = await runPeople({ alice: 'admin', olga: 'operator' }, closedAccess, socket);
  const url = `http://127.0.0.1:${world.port}/`;
  const run = (line: string, options: object = {}) =>
    runProgramWith(line, { env: { HOME: home }, secret: password, ...options });
  return { ...world, home, url, socket, run, file: join(home, '.config/jidi/contexts.json') };
}

describe('jidi login', () => {
  it('keeps a session that the next commands use, readable by nobody else, until jidi logout', async () => {
    const { run, url, file } = await begin();
    expect(await run(`login ${url} --user olga`)).toMatchObject({ code: 0, out: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(password);
    expect((await run('whoami -o json')).out).toContain('"olga"');
    expect((await run('node ls')).code).toBe(0);
    expect(await run('account ls')).toMatchObject({
      code: 3,
      err: expect.stringContaining('identity:manage'),
    });
    expect((await run('logout')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toContain('jidis_');
    expect((await run(`whoami --url ${url}`)).code).toBe(3);
  });

  it('says when a socket that was named comes before the session', async () => {
    const { run, url, home, socket } = await begin();
    const env = { HOME: home, JIDI_SOCKET: socket };
    expect((await run(`login ${url} --user olga`)).err).not.toContain('JIDI_SOCKET');
    expect((await run(`login ${url} --user olga`, { env })).err).toContain('unset JIDI_SOCKET');
    expect((await run('whoami', { env })).out).toMatch(/root\s+admin\s+socket/);
  });

  it('says nothing about which of both was wrong, and keeps nothing', async () => {
    const { run, url, file } = await begin();
    const { code, err } = await run(`login ${url} --user olga`, { secret: 'wrong' });
    expect(code).toBe(3);
    expect(err).toContain('name or password: wrong');
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('refuses a file that others can read', async () => {
    const { run, url, file } = await begin();
    await run(`login ${url} --user olga`);
    writeFileSync(file, readFileSync(file), { mode: 0o644 });
    rmSync(file);
    writeFileSync(file, '{"current":null,"contexts":[]}', { mode: 0o644 });
    expect(await run('whoami')).toMatchObject({
      code: 2,
      err: expect.stringContaining('others can read it'),
    });
  });
});

describe('jidi token and account', () => {
  it('print the secret alone on stdout, once', async () => {
    const { run, url, home } = await begin();
    await run(`login ${url} --user olga`);
    const { out } = await run('token create ci --permission cluster:read --days 7');
    expect(out).toMatch(/^jidi_[A-Za-z0-9_-]{43}\n$/);
    const file = join(home, 'token');
    writeFileSync(file, out);
    expect((await run('token ls')).out).not.toContain(out.trim());
    expect((await run(`login ${url} --token-file ${file}`)).code).toBe(0);
    expect((await run('whoami')).out).toMatch(/olga\s+operator\s+token ci/);
    expect((await run('node ls')).code).toBe(0);
    expect((await run('profile ls')).code).toBe(3);
  });

  it('work for root through the socket', async () => {
    const { run, socket } = await begin();
    const env = { JIDI_SOCKET: socket };
    expect((await run('account create bob', { env })).out).toMatch(/^\/login#[A-Za-z0-9_-]{43}\n$/);
    expect((await run('account role bob viewer', { env })).code).toBe(0);
    expect((await run('account lock bob', { env })).code).toBe(0);
    expect((await run('account ls', { env })).out).toMatch(/bob\s+viewer\s+yes\s+no/);
    expect((await run('account rm bob', { env })).code).toBe(0);
    expect(await run('account rm alice', { env })).toMatchObject({
      code: 1,
      err: expect.stringContaining('last administrator'),
    });
  });
});

describe('jidi password', () => {
  it('changes it and goes on with a new session', async () => {
    const { run, url, people } = await begin();
    await run(`login ${url} --user olga`);
    // The same at all questions: it is both the present one and the new one.
    expect((await run('password')).code).toBe(0);
    expect((await run('whoami')).code).toBe(0);
    expect(people.statistics().sessions).toBe(1);
  });
});
