// jidi node token: tokens by which nodes join. What is created is shown once: lines `NODE TOKEN`, to stdout or to a file that
// nobody else can read.
import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import type { Command } from 'commander';
import {
  type CreatedNodeTokens,
  type CreateNodeTokens,
  mostTokensAtOnce,
  type NodeToken,
  tokenLifeSeconds,
} from '../../shared/api/node-identity.ts';
import { errorMessage } from '../../shared/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import type { Say } from '../language/language.ts';
import { readNodeSet, secondsFrom } from '../option-values.ts';
import type { Column } from '../output/output.ts';
import { showTime } from '../output/show-value.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';

interface CreateOptions {
  readonly for: number;
  readonly replace?: boolean;
  readonly file?: string;
}

export function addNodeToken(node: Command, context: CommandContext): void {
  const { say } = context;
  const { min, max, default: usual } = tokenLifeSeconds;
  const token = node.command('token').description(say('help.nodeToken')).helpCommand(false);
  token
    .command('create')
    .description(say('help.nodeToken.create'))
    .argument('<nodes>', say('help.arg.nodes'))
    .option('--for <duration>', say('help.nodeToken.for'), secondsFrom(min, max), usual)
    .option('--replace', say('help.nodeToken.replace'))
    .option('--file <file>', say('help.nodeToken.file'))
    .action(async (nodes: string, options: CreateOptions, command: Command) =>
      context.end(await createTokens(context.session(command), nodes, options)),
    );
  token
    .command('ls')
    .description(say('help.nodeToken.ls'))
    .action(async (_options: object, command: Command) =>
      context.end(await listTokens(context.session(command))),
    );
  token
    .command('rm')
    .description(say('help.nodeToken.rm'))
    .argument('<nodes>', say('help.arg.nodes'))
    .action(async (nodes: string, _options: object, command: Command) =>
      context.end(await removeTokens(context.session(command), nodes)),
    );
}

async function createTokens(session: Session, nodes: string, options: CreateOptions): Promise<number> {
  const { api, output, say, note } = session;
  readNodeSet(nodes, mostTokensAtOnce);
  const wish: CreateNodeTokens = { nodes, seconds: options.for, replace: options.replace ?? false };
  const created = await api.post<CreatedNodeTokens>('node-tokens', wish);
  const { tokens, expires, authority } = created;
  const lines = tokens.map(({ node, token }) => `${node} ${token}\n`).join('');
  if (options.file !== undefined) {
    writePrivate(options.file, lines);
    note([piece(say('nodeToken.saved', { file: options.file }), 'dim')]);
  } else if (output.format === 'json') output.json(created);
  else if (output.format === 'csv') output.rows(createdColumns, tokens);
  else output.raw(lines);
  const values = { count: tokens.length, time: showTime(expires), authority };
  for (const line of say('nodeToken.created', values).split('\n')) note([piece(line, 'dim')]);
  return exitCodes.ok;
}

async function listTokens({ api, output, say, note }: Session): Promise<number> {
  const tokens = await api.get<readonly NodeToken[]>('node-tokens');
  if (output.format === 'json') output.json(tokens);
  else {
    if (tokens.length === 0) note([piece(say('empty.list'), 'dim')]);
    output.rows(tokenColumns(say), tokens);
  }
  return exitCodes.ok;
}

async function removeTokens({ api, say, note }: Session, nodes: string): Promise<number> {
  await api.order('node-tokens/remove', { nodes });
  note([piece(say('nodeToken.removed'), 'dim')]);
  return exitCodes.ok;
}

const createdColumns: readonly Column<CreatedNodeTokens['tokens'][number]>[] = [
  { key: 'node', header: '', value: ({ node }) => node },
  { key: 'token', header: '', value: ({ token }) => token },
];

function tokenColumns(say: Say): Column<NodeToken>[] {
  return [
    { key: 'node', header: say('header.node'), value: ({ node }) => node },
    {
      key: 'expires',
      header: say('header.expires'),
      value: ({ expires }) => expires,
      show: ({ expires }) => showTime(expires),
    },
    { key: 'creator', header: say('header.creator'), value: ({ creator }) => creator },
    {
      key: 'created',
      header: say('header.created'),
      value: ({ created }) => created,
      show: ({ created }) => showTime(created),
      spare: 1,
    },
    { key: 'replace', header: '--replace', value: ({ replace }) => String(replace), only: 'wide' },
  ];
}

/** Closed to others before there is anything in it. */
function writePrivate(path: string, text: string): void {
  try {
    const file = openSync(path, 'w', 0o600);
    try {
      fchmodSync(file, 0o600);
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const message = `file ${path}: ${errorMessage(error)}`;
    const remedy = 'Name a file that you may write; take the tokens back: jidi node token rm';
    throw new CliError(exitCodes.usage, message, remedy, { cause: error });
  }
}
