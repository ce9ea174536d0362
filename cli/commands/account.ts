// jidi account: who may come in, and as what. For administrators.
import { type Command, Option } from 'commander';
import type { Account, ChangeAccount, CreateAccount, LoginLink } from '../../shared/api/people.ts';
import { type Role, roles } from '../../shared/model/role.ts';
import { visible } from '../../shared/text.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';

interface CreateOptions {
  readonly role: Role;
  readonly password?: boolean;
}

export function addAccount(program: Command, context: CommandContext): void {
  const { say } = context;
  const account = program.command('account').description(say('help.account')).helpCommand(false);
  account
    .command('ls')
    .description(say('help.account.ls'))
    .action(async (_options: object, command: Command) => context.end(await list(context.session(command))));
  account
    .command('create')
    .description(say('help.account.create'))
    .argument('<name>', say('help.arg.account'))
    .addOption(new Option('--role <role>', say('help.account.role')).choices(roles).default('user'))
    .option('--password', say('help.account.password'))
    .action(async (name: string, options: CreateOptions, command: Command) =>
      context.end(await create(context.session(command), name, options)),
    );
  account
    .command('role')
    .description(say('help.account.setRole'))
    .argument('<name>', say('help.arg.account'))
    .argument('<role>', say('help.account.role'))
    .action(async (name: string, role: string, _options: object, command: Command) => {
      const known = roles.find((one) => one === role);
      if (known === undefined) throw new CliError(exitCodes.usage, `role ${role}: unknown`, roles.join(', '));
      context.end(await change(context.session(command), name, { role: known }));
    });
  addSwitches(account, context);
}

function addSwitches(account: Command, context: CommandContext): void {
  const { say } = context;
  for (const [verb, locked] of [
    ['lock', true],
    ['unlock', false],
  ] as const) {
    account
      .command(verb)
      .description(say(`help.account.${verb}`))
      .argument('<name>', say('help.arg.account'))
      .action(async (name: string, _options: object, command: Command) =>
        context.end(await change(context.session(command), name, { locked })),
      );
  }
  account
    .command('link')
    .description(say('help.account.link'))
    .argument('<name>', say('help.arg.account'))
    .action(async (name: string, _options: object, command: Command) =>
      context.end(await showLink(context.session(command), name)),
    );
  account
    .command('rm')
    .description(say('help.account.rm'))
    .argument('<name>', say('help.arg.account'))
    .action(async (name: string, _options: object, command: Command) =>
      context.end(await remove(context.session(command), name)),
    );
}

async function list({ api, output, say }: Session): Promise<number> {
  const accounts = await api.get<readonly Account[]>('accounts');
  if (output.format === 'json') output.json(accounts);
  else output.rows(columns(say), accounts);
  return exitCodes.ok;
}

async function create(
  session: Session,
  name: string,
  { role, password = false }: CreateOptions,
): Promise<number> {
  const { api, terminal, say, note } = session;
  const wish: CreateAccount = {
    name,
    role,
    ...(password ? { password: await terminal.askSecret(say('password.wanted')) } : {}),
  };
  await api.post<Account>('accounts', wish);
  note([piece(say('account.created', { name, role }), 'dim')]);
  return password ? exitCodes.ok : showLink(session, name);
}

async function change({ api, say, note }: Session, name: string, wish: ChangeAccount): Promise<number> {
  const { role, locked } = await api.patch<Account>(apiPath`accounts/${name}`, wish);
  note([piece(say(locked ? 'account.isLocked' : 'account.changed', { name, role }), 'dim')]);
  return exitCodes.ok;
}

/** On stdout the link alone. Through the socket nobody knows the console's address: the path then has to do. */
async function showLink({ api, output, terminal, say, note }: Session, name: string): Promise<number> {
  const link = await api.post<LoginLink>(apiPath`accounts/${name}/link`, {});
  if (output.format === 'json') output.json(link);
  else terminal.write(`${visible(link.path)}\n`);
  note([piece(say('account.link', { time: showTime(link.expires) }), 'dim')]);
  return exitCodes.ok;
}

async function remove({ api, say, note }: Session, name: string): Promise<number> {
  await api.delete(apiPath`accounts/${name}`);
  note([piece(say('account.gone', { name }), 'dim')]);
  return exitCodes.ok;
}

function columns(say: Say): Column<Account>[] {
  return [
    { key: 'name', header: say('header.name'), value: ({ name }) => name },
    { key: 'role', header: say('header.role'), value: ({ role }) => role },
    {
      key: 'locked',
      header: say('header.locked'),
      value: ({ locked }) => locked,
      show: ({ locked }) => yesNo(say, locked),
    },
    {
      key: 'hasPassword',
      header: say('header.password'),
      value: ({ hasPassword }) => hasPassword,
      show: ({ hasPassword }) => yesNo(say, hasPassword),
    },
    {
      key: 'created',
      header: say('header.created'),
      value: ({ created }) => created,
      show: ({ created }) => showTime(created),
    },
    {
      key: 'lastLogin',
      header: say('header.lastLogin'),
      value: ({ lastLogin }) => lastLogin,
      show: ({ lastLogin }) => (lastLogin === null ? '–' : showTime(lastLogin)),
    },
  ];
}

function yesNo(say: Say, value: boolean): string {
  return say(value ? 'yes' : 'no');
}
