// jidi login, logout, whoami: a session with a collector, kept for the commands that follow.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { ChangePassword, Login, NewSession, Session as Who } from '../../shared/api/people.ts';
import { errorMessage } from '../../shared/errors.ts';
import { ApiClient, defaultUrl } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { dropContext, keepContext, normalUrl, readContexts } from '../contexts.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { showTime } from '../output/show-value.ts';
import { piece } from '../output/styled-text.ts';
import type { GlobalOptions, Session } from '../session.ts';

interface LoginOptions {
  readonly user?: string;
  readonly tokenFile?: string;
  readonly authority?: string;
}

export function addLogin(program: Command, context: CommandContext): void {
  const { say } = context;
  program
    .command('login')
    .description(say('help.login'))
    .argument('[url]', say('help.arg.url'))
    .option('--user <name>', say('help.login.user'))
    .option('--token-file <file>', say('help.login.tokenFile'))
    .option('--authority <file>', say('help.login.authority'))
    .action(async (url: string | undefined, options: LoginOptions, command: Command) =>
      context.end(await logIn(context, command, { url, options })),
    );
  program
    .command('logout')
    .description(say('help.logout'))
    .action(async (_options: object, command: Command) =>
      context.end(await logOut(context.session(command))),
    );
  program
    .command('whoami')
    .description(say('help.whoami'))
    .action(async (_options: object, command: Command) =>
      context.end(await showWho(context.session(command))),
    );
  program
    .command('password')
    .description(say('help.password'))
    .action(async (_options: object, command: Command) =>
      context.end(await changePassword(context.session(command))),
    );
}

interface Wish {
  readonly url: string | undefined;
  readonly options: LoginOptions;
}

async function logIn(context: CommandContext, command: Command, wish: Wish): Promise<number> {
  const { say, language } = context;
  const { env, terminal, note } = context.session(command);
  const { user, tokenFile, authority: file } = wish.options;
  const url = normalUrl(
    wish.url ?? command.optsWithGlobals<GlobalOptions>().url ?? readContexts(env).current ?? defaultUrl,
  );
  const known = readContexts(env).contexts.find((context) => context.url === url);
  const authority = file === undefined ? (known?.authority ?? null) : readText(file);
  const place = { url, authority: authority ?? undefined };
  const token =
    tokenFile === undefined
      ? await openSession(new ApiClient({ place, language }), { user, terminal, say })
      : (readText(tokenFile).split('\n')[0]?.trim() ?? '');
  const who = await new ApiClient({ place: { ...place, token }, language }).get<Who>('session');
  keepContext(env, { url, name: who.name, token, authority });
  note([piece(say('login.done', { name: who.name, role: who.role, url }), 'dim')]);
  if ((env['JIDI_SOCKET'] ?? '') !== '') note([piece(say('login.socketFirst'), 'bad')]);
  return exitCodes.ok;
}

async function openSession(
  api: ApiClient,
  { user, terminal, say }: Pick<Session, 'terminal' | 'say'> & { readonly user: string | undefined },
): Promise<string> {
  const name = user ?? (await terminal.ask(say('login.name'))).trim();
  const password = await terminal.askSecret(say('login.password'));
  const login: Login = { name, password };
  const { token } = await api.post<NewSession>('session', login);
  if (token === null) throw new Error('a session without a token');
  return token;
}

async function logOut({ api, env, note, say }: Session): Promise<number> {
  const { url } = api;
  const known = readContexts(env).contexts.find((context) => context.url === url);
  if (known === undefined) {
    note([piece(say('login.none'), 'dim')]);
    return exitCodes.ok;
  }
  try {
    // A token of a file goes on: it is removed with jidi token rm.
    if (known.token.startsWith('jidis_')) await api.delete('session');
  } catch (error) {
    // It is over already, or the collector is gone: what is kept here goes in any case.
    if (!(error instanceof CliError)) throw error;
  }
  dropContext(env, url);
  note([piece(say('login.ended', { url }), 'dim')]);
  return exitCodes.ok;
}

async function showWho({ api, output, say, note }: Session): Promise<number> {
  const who = await api.get<Who>('session');
  if (output.format === 'json') {
    output.json(who);
    return exitCodes.ok;
  }
  output.rows(
    [
      { key: 'name', header: say('header.name'), value: ({ name }) => name },
      { key: 'role', header: say('header.role'), value: ({ role }) => role },
      { key: 'via', header: say('header.via'), value: ({ via }) => via },
      {
        key: 'expires',
        header: say('header.expires'),
        value: ({ expires }) => expires,
        show: ({ expires }) => (expires === null ? '–' : showTime(expires)),
      },
      {
        key: 'permissions',
        header: say('header.permissions'),
        value: ({ permissions }) => permissions.join(' '),
        shrinks: true,
      },
    ],
    [who],
  );
  if (!who.hasPassword && who.via === 'session') note([piece(say('login.noPassword'), 'bad')]);
  return exitCodes.ok;
}

async function changePassword({ api, env, terminal, say, note }: Session): Promise<number> {
  const { hasPassword, name } = await api.get<Who>('session');
  const present = hasPassword ? { present: await terminal.askSecret(say('password.present')) } : {};
  const wanted = await terminal.askSecret(say('password.wanted'));
  if ((await terminal.askSecret(say('password.again'))) !== wanted) {
    throw new CliError(exitCodes.usage, say('password.differ'), say('password.differRemedy'));
  }
  const change: ChangePassword = { ...present, wanted };
  const { token } = await api.post<NewSession>('session/password', change);
  const known = readContexts(env).contexts.find((context) => context.url === api.url);
  if (token !== null && known !== undefined) keepContext(env, { ...known, token });
  note([piece(say('password.done', { name }), 'dim')]);
  return exitCodes.ok;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(exitCodes.usage, `${file}: ${errorMessage(error)}`, 'Name a file that you can read.', {
      cause: error,
    });
  }
}
