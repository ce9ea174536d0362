// jidi-agent join, against the listeners and identities as they really are.
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { loadAgentConfig } from '../../../agent/config.ts';
import { CredentialFolder } from '../../../agent/identity/credential-folder.ts';
import { runJoin } from '../../../agent/identity/join/join-command.ts';
import { listenForNodes } from '../../collector/enrolment/joining.ts';
import { until } from '../../collector/ingest/until.ts';

const nobody = 65_534;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(joinPath(tmpdir(), 'jidi-join-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function ask(...args: string[]) {
  const told: string[] = [];
  const exitCode = await runJoin([`--state=${folder}`, '--node=n1', ...args], {
    settings: loadAgentConfig,
    language: () => 'en',
    tell: (line) => void told.push(line),
  });
  return { exitCode, text: told.join('\n') };
}

async function collector() {
  const nodes = await listenForNodes();
  const at = `--enrolment=127.0.0.1:${nodes.enrolmentPort}`;
  const hash = `--ca-hash=${nodes.identities.authorityHash}`;
  const token = async (node = 'n1', replaces = false) => {
    const wish = { nodes: [node], lifeMs: 600_000, replaces, creator: 'tester' };
    return (await nodes.identities.createTokens(wish))[0]?.token ?? '';
  };
  return { ...nodes, at, hash, token };
}

function tokenFile(text: string, mode = 0o600): string {
  const path = joinPath(folder, 'token');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return `--token-file=${path}`;
}

/** From another address of this machine. */
async function relay(port: number): Promise<number> {
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('jidi-agent join', () => {
  test('with a token makes the machine a node; what it keeps is readable by its owner alone', async () => {
    const { at, hash, token } = await collector();
    const { exitCode, text } = await ask(at, hash, tokenFile(`${await token()}\n`));
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/^joined: n1 is a node of the cluster/)]);
    const credentials = new CredentialFolder(folder).read();
    expect(credentials?.name).toMatchObject({ node: 'n1' });
    const identity = joinPath(folder, 'identity');
    expect(readdirSync(identity).toSorted()).toEqual(['authorities.pem', 'node.key', 'node.pem']);
    const modes = readdirSync(identity).map((name) => statSync(joinPath(identity, name)).mode & 0o777);
    expect([statSync(identity).mode & 0o777, ...modes]).toEqual([0o700, 0o600, 0o600, 0o600]);
  });

  test('as root leaves what it keeps to the owner of the state folder', async ({ skip }) => {
    if (process.geteuid?.() !== 0) skip('needs root');
    const { at, hash, token } = await collector();
    const program = joinPath(import.meta.dirname, '../../../agent/main.ts');
    const state = joinPath(folder, 'state');
    mkdirSync(state);
    for (const path of [folder, state]) chownSync(path, nobody, nobody);
    const flags = [at, hash, tokenFile(await token()), `--state=${state}`, '--node=n1'];
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'join', ...flags]);
    expect(stdout).toMatch(/^joined: n1/);
    const identity = joinPath(state, 'identity');
    const owners = ['.', ...readdirSync(identity)].map((name) => statSync(joinPath(identity, name)).uid);
    expect(owners).toEqual([nobody, nobody, nobody, nobody]);
  });

  test('finds its token among those of many nodes', async () => {
    const { at, hash, token } = await collector();
    const lines = [`n0 ${await token('n0')}`, '# of the second rack', `n1   ${await token()}`, ''];
    expect(await ask(at, hash, tokenFile(lines.join('\n')))).toMatchObject({ exitCode: 0 });
  });

  test('that has joined already says so and asks nobody; --again asks', async () => {
    const { at, hash, token } = await collector();
    await ask(at, hash, tokenFile(await token()));
    const before = new CredentialFolder(folder).read();
    expect(await ask('--enrolment=127.0.0.1:1', hash)).toEqual({
      exitCode: 0,
      text: expect.stringMatching(/is a node of the cluster .* already/),
    });
    const again = await ask(at, hash, '--again', tokenFile(await token('n1', true)));
    expect(again.exitCode).toBe(0);
    expect(new CredentialFolder(folder).read()?.name.epoch).not.toBe(before?.name.epoch);
  });

  test('without a token shows its fingerprint, waits, and is a node once a person has said yes', async () => {
    const { at, hash, identities } = await collector();
    const asked = ask(at, hash, '--wait=60s');
    await until('the request', () => identities.requests().length === 1);
    const [request] = identities.requests();
    await identities.approve({ node: 'n1', fingerprint: request?.fingerprint ?? '' }, 'tester');
    const { exitCode, text } = await asked;
    expect(exitCode).toBe(0);
    expect(text).toContain(request?.fingerprint);
    expect(text).toMatch(/joined: n1/);
  });

  test('that nobody approves in time ends with 1, and asks with the same key the next time', async () => {
    const { at, hash, identities } = await collector();
    const first = await ask(at, hash, '--wait=1s');
    await ask(at, hash, '--wait=1s');
    expect(first).toEqual({ exitCode: 1, text: expect.stringMatching(/not approved within 1s/) });
    expect(identities.requests()).toHaveLength(1);
  });

  test.each<[string, RegExp, (set: Awaited<ReturnType<typeof collector>>) => Promise<string[]>]>([
    [
      'another authority than the one named',
      /is not by the authority sha256:0{64}; shown: sha256:/,
      async ({ at, token }) => [at, `--ca-hash=sha256:${'0'.repeat(64)}`, tokenFile(await token())],
    ],
    [
      'a token of another node',
      /jidi node token create/,
      async ({ at, hash, token }) => [at, hash, tokenFile(await token('n2'))],
    ],
    [
      'a token that was never made',
      /jidi node token create/,
      async ({ at, hash }) => [at, hash, tokenFile('a'.repeat(32))],
    ],
    [
      'a name that is not in the certificate of the collector',
      /altnames.*\n.*add 127\.0\.0\.2 to names/,
      async ({ enrolmentPort, hash, token }) => [
        `--enrolment=127.0.0.2:${await relay(enrolmentPort)}`,
        hash,
        tokenFile(await token()),
      ],
    ],
  ])('refuses, or is refused, with 77: %s', async (_, reason, args) => {
    const set = await collector();
    const { exitCode, text } = await ask(...(await args(set)));
    expect([exitCode, text]).toEqual([77, expect.stringMatching(reason)]);
    expect(new CredentialFolder(folder).read()).toBeNull();
  });

  test('takes no token from a file that others may read, and none that is not there', async () => {
    const { at, hash, token } = await collector();
    const text = await token();
    for (const mode of [0o644, 0o640, 0o604]) {
      await expect(ask(at, hash, tokenFile(text, mode))).rejects.toThrow(/others may read it/);
    }
    await expect(ask(at, hash, tokenFile('n2 abcdefghijklmnopqrst\n'))).rejects.toThrow(/no token for n1/);
    await expect(ask(at, hash, '--token-file=/nonexistent')).rejects.toThrow(/ENOENT/);
  });

  test('that reaches nobody ends with 1 and says why', async () => {
    const hash = `--ca-hash=sha256:${'0'.repeat(64)}`;
    const { exitCode, text } = await ask('--enrolment=127.0.0.1:1', hash, '--wait=1s');
    expect([exitCode, text]).toEqual([
      1,
      expect.stringMatching(/127\.0\.0\.1:1 was not reached: .*ECONNREFUSED/),
    ]);
  });

  test.each([
    [['--ca-hash=abc'], /--ca-hash abc is none/],
    [[], /--ca-hash is missing/],
    [[`--ca-hash=sha256:${'0'.repeat(64)}`, '--wait=soon'], /--wait soon/],
    [['--wings'], /Unknown option '--wings'/],
    [['--collector=a b'], /collectors/],
  ])('called wrongly says how: %j', async (args, message) => {
    await expect(ask(...args)).rejects.toThrow(message);
  });
});
