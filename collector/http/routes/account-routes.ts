// Accounts, for administrators: list, create, change, remove, a login link.
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import {
  Account,
  AccountName,
  ChangeAccount,
  CreateAccount,
  LoginLink,
  MakeLink,
} from '../../../shared/api/people.ts';
import type { Account as KeptAccount } from '../../identity/people/accounts.ts';
import type { People } from '../../identity/people/people.ts';
import { answers, answersNothing, parameters } from '../answers.ts';

const tags = ['people'];
const ByAccount = parameters({ name: AccountName });
type ByAccount = { readonly name: string };

export function addAccountRoutes(app: FastifyInstance, { accounts }: Pick<People, 'accounts'>): void {
  const list = answers(200, Type.Array(Account), 'All accounts.');
  app.get(
    '/accounts',
    { schema: { tags, summary: 'List the accounts', querystring: parameters({}), response: list } },
    async () => accounts.list().map(accountOf),
  );

  const created = answers(201, Account, 'The new account.');
  app.post<{ Body: CreateAccount }>(
    '/accounts',
    { schema: { tags, summary: 'Create an account', body: CreateAccount, response: created } },
    async ({ body: { name, role, password = null }, actor }, reply) =>
      reply.code(201).send(accountOf(await accounts.create({ name, role, password }, actor))),
  );

  const changed = answers(200, Account, 'The account, as it is now. Its sessions are over.');
  app.patch<{ Params: ByAccount; Body: ChangeAccount }>(
    '/accounts/:name',
    {
      schema: {
        tags,
        summary: 'Change the role of an account, lock or unlock it',
        params: ByAccount,
        body: ChangeAccount,
        response: changed,
      },
    },
    async ({ params, body: { role, locked }, actor }) => {
      const change = {
        ...(role === undefined ? {} : { role }),
        ...(locked === undefined ? {} : { isLocked: locked }),
      };
      return accountOf(await accounts.change(params.name, change, actor));
    },
  );

  const removed = answersNothing('The account is gone, with its sessions and tokens.');
  app.delete<{ Params: ByAccount }>(
    '/accounts/:name',
    { schema: { tags, summary: 'Remove an account', params: ByAccount, response: removed } },
    async ({ params, actor }, reply) => {
      await accounts.remove(params.name, actor);
      return reply.code(204).send();
    },
  );

  addLinkRoute(app, accounts);
}

function addLinkRoute(app: FastifyInstance, accounts: People['accounts']): void {
  const linked = answers(201, LoginLink, 'The link: shown this once, works once.');
  app.post<{ Params: ByAccount; Body: MakeLink }>(
    '/accounts/:name/link',
    {
      schema: {
        tags,
        summary: 'Make a one-time login link',
        params: ByAccount,
        body: MakeLink,
        response: linked,
      },
    },
    async ({ params: { name }, body: { minutes }, actor }, reply) => {
      const link = await accounts.link(name, minutes === undefined ? undefined : minutes * 60_000, actor);
      const answer: LoginLink = { account: name, path: loginPath(link.code), expires: link.expiresMs / 1000 };
      return reply.code(201).send(answer);
    },
  );
}

/** Behind the # it goes to no server, no log and no other page. */
function loginPath(code: string): string {
  return `/login#${code}`;
}

function accountOf({ name, role, isLocked, password, createdMs, lastLoginMs }: KeptAccount): Account {
  return {
    name,
    role,
    locked: isLocked,
    hasPassword: password !== null,
    created: createdMs / 1000,
    lastLogin: lastLoginMs === null ? null : lastLoginMs / 1000,
  };
}
