// People: the own session, accounts, tokens. In: wishes. Out: promises of the API's objects; the session is kept up to date.
import type {
  Account,
  ApiToken,
  ChangeAccount,
  ChangePassword,
  CreateAccount,
  CreateApiToken,
  LoginLink,
  NewApiToken,
} from '../../../shared/api/people.ts';
import { session } from '../state/session.ts';
import { deleteAt, getJson, patchJson, postJson, type RequestOptions } from './client.ts';
import { refreshSession } from './session-resource.ts';

const part = encodeURIComponent;

export async function login(name: string, password: string): Promise<void> {
  await postJson('/session', { name, password });
  await refreshSession();
}

export async function loginByLink(code: string): Promise<void> {
  await postJson('/session/link', { code });
  await refreshSession();
}

export async function logout(): Promise<void> {
  await deleteAt('/session');
  session.value = null;
}

export async function changePassword(change: ChangePassword): Promise<void> {
  await postJson('/session/password', change);
  await refreshSession();
}

export function fetchAccounts(options?: RequestOptions): Promise<Account[]> {
  return getJson('/accounts', {}, options);
}

export function createAccount(wish: CreateAccount): Promise<Account> {
  return postJson('/accounts', wish);
}

export function changeAccount(name: string, change: ChangeAccount): Promise<Account> {
  return patchJson(`/accounts/${part(name)}`, change);
}

export function removeAccount(name: string): Promise<void> {
  return deleteAt(`/accounts/${part(name)}`);
}

export function makeLink(name: string): Promise<LoginLink> {
  return postJson(`/accounts/${part(name)}/link`, {});
}

export function fetchTokens(options?: RequestOptions): Promise<ApiToken[]> {
  return getJson('/tokens', {}, options);
}

export function createToken(wish: CreateApiToken): Promise<NewApiToken> {
  return postJson('/tokens', wish);
}

export function removeToken(id: string): Promise<void> {
  return deleteAt(`/tokens/${part(id)}`);
}
