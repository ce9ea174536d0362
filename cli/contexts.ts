// The collectors that a person has logged in to: ~/.config/jidi/contexts.json, readable by nobody else. In: the environment. Out:
// sessions by the collector's address, one of them the present one.
// It refuses to use a file that others can read: what is in it opens the cluster.
import { accessSync, constants, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorCode, errorMessage } from '../shared/errors.ts';
import { defaultUrl } from './api-client.ts';
import { CliError, exitCodes } from './exit-code.ts';
import type { Place } from './http-transport.ts';

export interface Context {
  readonly url: string;
  readonly name: string;
  readonly token: string;
  /** PEM of the authority that was named at the login; null: those that everybody believes. */
  readonly authority: string | null;
}

export interface Contexts {
  readonly current: string | null;
  readonly contexts: readonly Context[];
}

type Env = Readonly<Record<string, string | undefined>>;

const usualSocket = '/run/jidi-collector/admin.sock';
const none: Contexts = { current: null, contexts: [] };

export function readContexts(env: Env): Contexts {
  const path = fileOf(env);
  if (path === undefined) return none;
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      throw new CliError(exitCodes.usage, `${path}: others can read it`, `Mend it: chmod 600 ${path}`);
    }
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isContexts(parsed) ? parsed : none;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return none;
    if (error instanceof CliError) throw error;
    const remedy = `Mend or remove it: ${path}`;
    throw new CliError(exitCodes.usage, `${path}: ${errorMessage(error)}`, remedy, { cause: error });
  }
}

/** Puts a session in the place of the one before, and makes it the present one. */
export function keepContext(env: Env, context: Context): void {
  const others = readContexts(env).contexts.filter(({ url }) => url !== context.url);
  writeContexts(env, { current: context.url, contexts: [...others, context] });
}

export function dropContext(env: Env, url: string): void {
  const { current, contexts } = readContexts(env);
  const rest = contexts.filter((context) => context.url !== url);
  writeContexts(env, { current: current === url ? (rest[0]?.url ?? null) : current, contexts: rest });
}

/** What was given comes first; then the socket that was named, the login, the socket of this host. */
export function findPlace(env: Env, given: { url: string | undefined; token: string | undefined }): Place {
  const { url, token } = given;
  const { current, contexts } = readContexts(env);
  const find = (address: string | null): Context | undefined =>
    contexts.find((context) => context.url === (address === null ? null : normalUrl(address)));
  if (url !== undefined) return placeOf(url, find(url), token);
  const context = find(current);
  if (token !== undefined) return placeOf(context?.url ?? defaultUrl, context, token);
  const named = env['JIDI_SOCKET'];
  if (named !== undefined && named !== '') return { url: 'http://localhost/', socket: named };
  if (context !== undefined) return placeOf(context.url, context, undefined);
  return canOpen(usualSocket) ? { url: 'http://localhost/', socket: usualSocket } : { url: defaultUrl };
}

/** As addresses are compared: with the slash at the end. */
export function normalUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}

function placeOf(url: string, context: Context | undefined, token: string | undefined): Place {
  return { url, token: token ?? context?.token, authority: context?.authority ?? undefined };
}

function canOpen(socket: string): boolean {
  try {
    accessSync(socket, constants.W_OK);
    return true;
  } catch {
    // No collector on this host, or not for this user: the usual address then.
    return false;
  }
}

function fileOf(env: Env): string | undefined {
  const { XDG_CONFIG_HOME: config, HOME: home } = env;
  if (config !== undefined && config !== '') return join(config, 'jidi/contexts.json');
  return home === undefined || home === '' ? undefined : join(home, '.config/jidi/contexts.json');
}

function writeContexts(env: Env, contexts: Contexts): void {
  const path = fileOf(env);
  if (path === undefined) {
    throw new CliError(exitCodes.usage, 'no place to keep a session in', 'Set HOME or XDG_CONFIG_HOME.');
  }
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, `${JSON.stringify(contexts, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new CliError(
      exitCodes.failure,
      `${path}: ${errorMessage(error)}`,
      'Make the folder writable for you.',
      {
        cause: error,
      },
    );
  }
}

function isContexts(value: unknown): value is Contexts {
  if (typeof value !== 'object' || value === null || !('contexts' in value)) return false;
  return Array.isArray(value.contexts) && value.contexts.every(isContext);
}

function isContext(value: unknown): value is Context {
  return (
    typeof value === 'object' &&
    value !== null &&
    'url' in value &&
    typeof value.url === 'string' &&
    'token' in value &&
    typeof value.token === 'string'
  );
}
