// jidi token: API tokens for scripts and dashboards.
import { type Command, InvalidArgumentError } from 'commander';
import type { ApiToken, CreateApiToken, NewApiToken } from '../../shared/api/people.ts';
import { type Permission, permissionsOf } from '../../shared/model/role.ts';
import { visible } from '../../shared/text.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import { integerFrom } from '../option-values.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';

interface CreateOptions {
  readonly permission?: readonly Permission[];
  readonly days: number;
  readonly from?: string;
}

export function addToken(program: Command, context: CommandContext): void {
  const { say } = context;
  const token = program.command('token').description(say('help.token.group')).helpCommand(false);
  token
    .command('create')
    .description(say('help.token.create'))
    .argument('<name>', say('help.token.name'))
    .option('--permission <list>', say('help.token.permission'), readPermissions)
    .option('--days <count>', say('help.token.days'), integerFrom(1, 90), 30)
    .option('--from <network>', say('help.token.from'))
    .action(async (name: string, options: CreateOptions, command: Command) =>
      context.end(await create(context.session(command), name, options)),
    );
  token
    .command('ls')
    .description(say('help.token.ls'))
    .option('--all', say('help.token.all'))
    .action(async (options: { readonly all?: boolean }, command: Command) =>
      context.end(await list(context.session(command), options.all)),
    );
  token
    .command('rm')
    .description(say('help.token.rm'))
    .argument('<id>', say('help.token.id'))
    .action(async (id: string, _options: object, command: Command) =>
      context.end(await remove(context.session(command), id)),
    );
}

/** Commas between them. */
function readPermissions(text: string): readonly Permission[] {
  return text.split(',').map((word) => {
    const known = permissionsOf.admin.find((permission) => permission === word.trim());
    if (known !== undefined) return known;
    throw new InvalidArgumentError(`${word}: ${permissionsOf.admin.join(', ')}`);
  });
}

/** On stdout the secret alone, for a script to keep. */
async function create(
  { api, output, terminal, say, note }: Session,
  name: string,
  { permission, days, from }: CreateOptions,
): Promise<number> {
  const wish: CreateApiToken = {
    name,
    days,
    ...(permission === undefined ? {} : { permissions: [...permission] }),
    ...(from === undefined ? {} : { network: from }),
  };
  const token = await api.post<NewApiToken>('tokens', wish);
  if (output.format === 'json') output.json(token);
  else terminal.write(`${visible(token.secret)}\n`);
  note([piece(say('token.created', { id: token.id, time: showTime(token.expires) }), 'dim')]);
  return exitCodes.ok;
}

async function list({ api, output, say, note }: Session, all: boolean | undefined): Promise<number> {
  const tokens = await api.get<readonly ApiToken[]>('tokens', { all });
  if (output.format === 'json') output.json(tokens);
  else {
    if (tokens.length === 0) note([piece(say('empty.list'), 'dim')]);
    output.rows(columns(say), tokens);
  }
  return exitCodes.ok;
}

async function remove({ api, say, note }: Session, id: string): Promise<number> {
  await api.delete(apiPath`tokens/${id}`);
  note([piece(say('token.gone', { id }), 'dim')]);
  return exitCodes.ok;
}

function columns(say: Say): Column<ApiToken>[] {
  const time = (value: number | null): string => (value === null ? '–' : showTime(value));
  return [
    { key: 'id', header: say('header.id'), value: ({ id }) => id },
    { key: 'name', header: say('header.name'), value: ({ name }) => name },
    { key: 'owner', header: say('header.owner'), value: ({ owner }) => owner },
    {
      key: 'expires',
      header: say('header.expires'),
      value: ({ expires }) => expires,
      show: ({ expires }) => time(expires),
    },
    {
      key: 'lastUsed',
      header: say('header.lastUsed'),
      value: ({ lastUsed }) => lastUsed,
      show: ({ lastUsed }) => time(lastUsed),
    },
    { key: 'network', header: say('header.from'), value: ({ network }) => network, spare: 1 },
    {
      key: 'permissions',
      header: say('header.permissions'),
      value: ({ permissions }) => permissions.join(' '),
      shrinks: true,
    },
  ];
}
