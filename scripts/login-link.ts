// A one-time login link to the console of a collector on this machine. In: its admin socket. Out: the path that is opened on the
// console; null where no login is asked for. The first time, the person of this machine becomes the administrator.
import { request } from 'node:http';
import { userInfo } from 'node:os';
import type { Account, LoginLink } from '../shared/api/people.ts';

const deadlineMs = 15_000;

export async function makeLoginLink(socket: string): Promise<string> {
  const accounts = (await ask(socket, 'GET', 'accounts')) as readonly Account[];
  const known = accounts.find(({ role, locked }) => role === 'admin' && !locked);
  const name = known?.name ?? personName();
  if (known === undefined) await ask(socket, 'POST', 'accounts', { name, role: 'admin' });
  const link = (await ask(socket, 'POST', `accounts/${name}/link`, {})) as LoginLink;
  return link.path;
}

/** Names of system users are nobody's account. */
function personName(): string {
  const { username } = userInfo();
  return username === 'root' || !/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(username) ? 'admin' : username;
}

function ask(socketPath: string, method: string, path: string, body?: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = {
      host: 'localhost',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const signal = AbortSignal.timeout(deadlineMs);
    const sent = request({ socketPath, method, path: `/api/v1/${path}`, headers, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text));
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 500)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
