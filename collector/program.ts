// The collector's command line as commander knows it: without a sub-command it runs, with one it looks after the store.
// In: arguments, the environment. Out: what to do; the sub-commands are carried out here.
import { Command } from 'commander';
import { StartError } from '../shared/errors.ts';
import { version } from '../shared/version.ts';
import { addAccount } from './commands/account.ts';
import { addBackup } from './commands/backup.ts';
import { addCa } from './commands/ca.ts';
import { addCheckConfig } from './commands/check-config.ts';
import type { CommandContext, Sentence } from './commands/command-context.ts';
import { addCompact } from './commands/compact.ts';
import { addExport } from './commands/export.ts';
import { addInit } from './commands/init.ts';
import { addRestore } from './commands/restore.ts';
import { addVerify } from './commands/verify.ts';
import { type CollectorConfig, loadCollectorConfig } from './config.ts';

export interface ProgramDoor {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  /** Resolves when more may come. */
  write(text: string): Promise<void>;
  writeError(text: string): void;
}

interface Flags {
  readonly config?: string;
  readonly checkConfig?: boolean;
  readonly data?: string;
  readonly http?: string;
  readonly agents?: string;
  readonly enrolment?: string;
  readonly grpc?: string;
  readonly login?: string;
  readonly log?: string;
}

/** What the caller has left to do: run the collector, or end with a status. */
export type Outcome =
  | { readonly kind: 'run'; readonly config: CollectorConfig }
  | { readonly kind: 'end'; readonly exitCode: number };

/** Throws StartError, and CommanderError for arguments that cannot be read. */
export async function readProgram(args: readonly string[], door: ProgramDoor): Promise<Outcome> {
  const { env } = door;
  const isChinese = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']]
    .find((value) => value)
    ?.toLowerCase()
    .startsWith('zh');
  const say = ([en, zh]: Sentence, values: Readonly<Record<string, string | number>> = {}): string =>
    (isChinese === true ? zh : en).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  let outcome: Outcome = { kind: 'end', exitCode: 0 };
  const config = (): CollectorConfig => configOf(program.opts<Flags>(), env['RUNTIME_DIRECTORY']);
  const context: CommandContext = {
    say,
    config,
    out: (line) => void door.write(`${clearLine(door)}${line}\n`),
    pour: (text) => door.write(text),
    warn: (line) => door.writeError(`${line}\n`),
    progress: (text) => {
      if (door.isTerminal) door.writeError(`\r\u001b[K${text}`);
    },
    end: (exitCode) => {
      outcome = { kind: 'end', exitCode };
    },
  };
  const program = createProgram(context, door);
  program.action(() => {
    refuseUnknown(program);
    const given = config();
    if (program.opts<Flags>().checkConfig === true) context.out('configuration: valid');
    else outcome = { kind: 'run', config: given };
  });
  for (const command of [program, ...program.commands]) command.exitOverride();
  await program.parseAsync(args, { from: 'user' });
  return outcome;
}

const titles: Readonly<Record<string, Sentence>> = {
  'Usage:': ['Usage:', '用法：'],
  'Options:': ['Options:', '选项：'],
  'Arguments:': ['Arguments:', '参数：'],
  'Commands:': ['Commands:', '子命令：'],
};

function refuseUnknown(program: Command): void {
  const [unknown] = program.args;
  if (unknown === undefined) return;
  const known = program.commands.map((command) => command.name()).join(', ');
  throw new StartError(`unknown command ${unknown}`, `Known: ${known}. All of it: jidi-collector --help`);
}

const commands = [
  addInit,
  addCa,
  addCheckConfig,
  addBackup,
  addRestore,
  addVerify,
  addCompact,
  addExport,
  addAccount,
];

function clearLine({ isTerminal }: ProgramDoor): string {
  return isTerminal ? '\r\u001b[K' : '';
}

/** With all sub-commands; nothing runs before it parses arguments. */
export function createProgram(context: CommandContext, door: ProgramDoor): Command {
  const { say } = context;
  const program = new Command('jidi-collector')
    .description(
      say([
        'Takes in what agents send, keeps it and answers. Without a command it runs until it is stopped.',
        '接收、保存代理发送的数据并应答查询。不带子命令时持续运行，直到被停止。',
      ]),
    )
    .version(version, '-V, --version', say(['print the version', '显示版本']))
    .helpOption('-h, --help', say(['print this help', '显示帮助']))
    .helpCommand(false)
    .option('--config <file>', say(['configuration file', '配置文件']))
    .option('--check-config', say(['the same as check-config', '同 check-config']))
    .option('--data <folder>', say(['data folder', '数据目录']))
    .option('--http <host:port>', say(['where people and scripts ask', '供用户和脚本访问的地址']))
    .option('--agents <host:port>', say(['where agents send, by TLS', '供代理通过 TLS 连接的地址']))
    .option('--enrolment <host:port>', say(['where agents join', '供代理加入的地址']))
    .option(
      '--grpc <host:port>',
      say(['where agents of this machine send in plain text', '供本机代理以明文连接的地址']),
    )
    .option(
      '--login <rule>',
      say([
        'required, or none: everybody on this machine is an administrator',
        'required，或 none：本机所有人都是管理员',
      ]),
    )
    .option(
      '--log <level>',
      say(['debug, info, warn, error or silent', 'debug、info、warn、error 或 silent']),
    )
    .showHelpAfterError(say(['All of it: jidi-collector --help', '完整用法：jidi-collector --help']))
    .configureOutput({
      writeOut: (text) => void door.write(text),
      writeErr: (text) => door.writeError(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'jidi-collector: ')),
    })
    .configureHelp({ styleTitle: (title) => say(titles[title] ?? [title, title]) })
    .allowExcessArguments();
  for (const add of commands) add(program, context);
  return program;
}

function configOf(
  { config, data, http, agents, enrolment, grpc, login, log }: Flags,
  runtimeDir?: string,
): CollectorConfig {
  return loadCollectorConfig(
    config,
    { dataDir: data, http, agents, enrolment, plainAgents: grpc, log, people: { login } },
    runtimeDir,
  );
}
