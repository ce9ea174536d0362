// The HTTP server with a login, over a real store: people who come in by cookie, token, link or socket, and a clock to turn.
import { request } from 'node:http';
import { createAuditTrail } from '../../../collector/control/audit-trail.ts';
import type { Access } from '../../../collector/http/http-server.ts';
import { createPeople, type People } from '../../../collector/identity/people/people.ts';
import type { Store } from '../../../collector/store/store.ts';
import type { Role } from '../../../shared/model/role.ts';
import { handClock, openStore } from '../store/open-store.ts';
import { type Answer, type AskOptions, openAccess, type RunningServer, runServer } from './running-server.ts';

/** The same algorithm, quickly. */
export const passwordCost = { log2N: 10, r: 8, p: 1 } as const;
export const password = 'correct horse 1';
export const closedAccess: Access = { ...openAccess, login: 'required' };

export interface PeopleWorld extends RunningServer {
  readonly store: Store;
  readonly people: People;
  readonly clock: { nowMs: number };
  /** A request as a page of the console sends it. */
  readonly askAs: (cookie: string, path: string, options?: AskOptions) => Promise<Answer>;
  /** The cookie of a new session. */
  readonly logIn: (name: string, secret?: string) => Promise<string>;
}

export async function runPeople(
  accounts: Readonly<Record<string, Role>> = { alice: 'admin' },
  access: Access = closedAccess,
  adminSocket?: string,
): Promise<PeopleWorld> {
  const clock = handClock();
  const store = await openStore({ clock });
  const people = createPeople({ store, clock, audit: createAuditTrail(store, clock), passwordCost });
  for (const [name, role] of Object.entries(accounts)) {
    await people.accounts.create({ name, role, password }, 'test');
  }
  const server = await runServer({ people, access }, undefined, adminSocket);
  const origin = `http://127.0.0.1:${server.port}`;
  const askAs: PeopleWorld['askAs'] = (cookie, path, options = {}) =>
    server.ask(path, { ...options, headers: { ...ownPage(origin), cookie, ...options.headers } });
  const logIn = async (name: string, secret = password): Promise<string> => {
    const body = { name, password: secret };
    const { headers } = await server.ask('/api/v1/session', {
      method: 'POST',
      body,
      headers: ownPage(origin),
    });
    return cookieOf(headers['set-cookie']?.[0]);
  };
  return { ...server, store, people, clock, askAs, logIn };
}

/** What the console's own page and the browser say. */
export function ownPage(origin: string): Readonly<Record<string, string>> {
  return { origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'x-jidi': 'console' };
}

export function bearer(token: string): { readonly headers: Readonly<Record<string, string>> } {
  return { headers: { authorization: `Bearer ${token}` } };
}

export function cookieOf(header = ''): string {
  return header.split(';')[0] ?? '';
}

/** Through the admin socket. */
export function askSocket(socketPath: string, path: string, method = 'GET', body?: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: 'localhost',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const sent = request({ socketPath, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const json: unknown = text === '' ? undefined : JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
