// The program as commander knows it: global options, then the commands, each from its own file.
// In: the environment. Out: a program whose actions set the exit code.
import { Command, CommanderError, Option } from 'commander';
import { version } from '../shared/version.ts';
import type { CommandContext } from './command-context.ts';
import { addAccount } from './commands/account.ts';
import { addActionLs } from './commands/action-ls.ts';
import { addAudit } from './commands/audit.ts';
import { addCommandCancel } from './commands/command-cancel.ts';
import { addCommandLs } from './commands/command-ls.ts';
import { addCommandShow } from './commands/command-show.ts';
import { addHelp } from './commands/help.ts';
import { addLogin } from './commands/login.ts';
import { addMetrics } from './commands/metrics.ts';
import { addNodeCerts } from './commands/node-certs.ts';
import { addNodeLs } from './commands/node-ls.ts';
import { addNodeRequests } from './commands/node-requests.ts';
import { addNodeShow } from './commands/node-show.ts';
import { addNodeToken } from './commands/node-token.ts';
import { addNodeTop } from './commands/node-top.ts';
import { addProfileCallers } from './commands/profile-callers.ts';
import { addProfileContinuous } from './commands/profile-continuous.ts';
import { addProfileDiff } from './commands/profile-diff.ts';
import { addProfileExport } from './commands/profile-export.ts';
import { addProfileImport } from './commands/profile-import.ts';
import { addProfileLs } from './commands/profile-ls.ts';
import { addProfileRm } from './commands/profile-rm.ts';
import { addProfileShow } from './commands/profile-show.ts';
import { addProfileSpread } from './commands/profile-spread.ts';
import { addProfileStart } from './commands/profile-start.ts';
import { addProfileStop } from './commands/profile-stop.ts';
import { addProfileTimeline } from './commands/profile-timeline.ts';
import { addRun } from './commands/run.ts';
import { addToken } from './commands/token.ts';
import { addTop } from './commands/top.ts';
import { exitCodes } from './exit-code.ts';
import { type Language, languages, type Say } from './language/language.ts';
import { usageError } from './language/usage-error.ts';
import { outputFormats } from './output/output.ts';
import { type Environment, type GlobalOptions, openSession } from './session.ts';

/** Parses the arguments and runs the command. Errors other than usage are the caller's. */
export async function runProgram(
  args: readonly string[],
  environment: Environment,
  tongue: { readonly language: Language; readonly say: Say },
): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const context: CommandContext = {
    ...tongue,
    session: (command) => openSession(command.optsWithGlobals<GlobalOptions>(), environment, tongue),
    end: (code) => {
      exitCode = code;
    },
  };
  try {
    await createProgram(context, environment).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  return exitCode;
}

/** All commands; nothing runs before it parses arguments. */
export function createProgram(context: CommandContext, environment: Environment): Command {
  const { say } = context;
  const program = new Command('jidi').exitOverride();
  dress(program, environment, context);
  program
    .description(say('help.program'))
    .version(version, '-V, --version', say('help.version'))
    .option('--url <url>', say('help.url'), environment.env['JIDI_URL'] || undefined)
    .addOption(tokenOption(environment, say))
    .addOption(
      new Option('-o, --output <format>', say('help.output')).choices(outputFormats).default('table'),
    )
    .option('--no-headers', say('help.headers'))
    .addOption(new Option('--lang <language>', say('help.lang')).choices(languages))
    .addHelpText('after', `\n${say('help.environment')}`);
  addNodeCommands(program, context);
  addMetrics(program, context);
  addTop(program, context);
  addProfileCommands(program, context);
  addRun(program, context);
  addControlCommands(program, context);
  addLogin(program, context);
  addToken(program, context);
  addAccount(program, context);
  addHelp(program, context);
  pointToHelp(program, 'jidi', say);
  return program;
}

/** A token of the environment is no default: help would show it. */
function tokenOption({ env }: Environment, say: Say): Option {
  const option = new Option('--token <token>', say('help.token'));
  return env['JIDI_TOKEN'] ? option.default(env['JIDI_TOKEN'], 'JIDI_TOKEN') : option;
}

/** Help in the person's language, and output through the terminal that was given. */
function dress(program: Command, { terminal }: Environment, { say, language }: CommandContext): void {
  const titles: Readonly<Record<string, string>> = {
    'Usage:': say('help.usage'),
    'Options:': say('help.options'),
    'Arguments:': say('help.arguments'),
    'Commands:': say('help.commands'),
    'Global Options:': say('help.options'),
  };
  program
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.writeError(text),
      getOutHelpWidth: () => terminal.columns ?? 100,
      getErrHelpWidth: () => terminal.columns ?? 100,
      outputError: (text, write) =>
        write(say('error', { message: usageError(text.replace(/^error: /, ''), language) })),
    })
    .configureHelp({ styleTitle: (title) => titles[title] ?? title })
    .helpOption('-h, --help', say('help.help'))
    .helpCommand(false);
}

/** What cannot be read leads to the help of the very command. */
function pointToHelp(command: Command, path: string, say: Say): void {
  command.showHelpAfterError(say('help.more', { command: path }));
  for (const child of command.commands) pointToHelp(child, `${path} ${child.name()}`, say);
}

/** A command that only holds others. */
function addGroup(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).helpCommand(false);
}

function addNodeCommands(program: Command, context: CommandContext): void {
  const node = addGroup(program, 'node', context.say('help.node'));
  addNodeLs(node, context);
  addNodeShow(node, context);
  addNodeTop(node, context);
  addNodeToken(node, context);
  addNodeRequests(node, context);
  addNodeCerts(node, context);
}

function addProfileCommands(program: Command, context: CommandContext): void {
  const profile = addGroup(program, 'profile', context.say('help.profile'));
  addProfileStart(profile, context);
  addProfileLs(profile, context);
  addProfileShow(profile, context);
  addProfileCallers(profile, context);
  addProfileTimeline(profile, context);
  addProfileSpread(profile, context);
  addProfileDiff(profile, context);
  addProfileContinuous(profile, context);
  addProfileStop(profile, context);
  addProfileRm(profile, context);
  addProfileExport(profile, context);
  addProfileImport(profile, context);
}

function addControlCommands(program: Command, context: CommandContext): void {
  const command = addGroup(program, 'command', context.say('help.command'));
  addCommandLs(command, context);
  addCommandShow(command, context);
  addCommandCancel(command, context);
  addActionLs(addGroup(program, 'action', context.say('help.action')), context);
  addAudit(program, context);
}
