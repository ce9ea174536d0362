// A one-time login link to the console of a collector on this machine. In: its admin socket. Out: the path that is opened on the
// console; null where no login is asked for. The first time, the person of this machine becomes the administrator.
import { userInfo } from 'node:os';
import type { Account, LoginLink } from '../shared/api/people.ts';
import { askAdminSocket as ask } from './admin-door.ts';

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
