// The command lines of the three programs as data, for manual pages and completions. In: the programs themselves: the trees
// of commander for jidi and jidi-collector, its own usage text for jidi-agent. So no page can say what a program does not.
import type { Command, Option } from 'commander';
import { createJoinSay } from '../../agent/identity/join/join-language.ts';
import { usage } from '../../agent/usage.ts';
import { createSay } from '../../cli/language/language.ts';
import { createProgram as createCli } from '../../cli/program.ts';
import { createProgram as createCollector } from '../../collector/program.ts';
import { systemClock } from '../../shared/clock.ts';

export interface OptionHelp {
  /** As in the help: `-o, --output <format>`. */
  readonly flags: string;
  readonly text: string;
  /** `--output`, `-o`. */
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

export interface ArgumentHelp {
  readonly name: string;
  readonly text: string;
  readonly choices: readonly string[];
}

export interface CommandHelp {
  /** From the program on: ['jidi', 'node', 'ls']. */
  readonly path: readonly string[];
  readonly text: string;
  /** What stands behind the path. */
  readonly usage: string;
  readonly arguments: readonly ArgumentHelp[];
  readonly options: readonly OptionHelp[];
  readonly commands: readonly CommandHelp[];
}

export function cliTree(): CommandHelp {
  const silent = {
    stdinTty: false,
    stdoutTty: false,
    stderrTty: false,
    columns: undefined,
    write: () => undefined,
    writeError: () => undefined,
    ask: async () => '',
    askSecret: async () => '',
  };
  const environment = {
    env: {},
    terminal: silent,
    clock: systemClock,
    interrupts: { once: () => () => undefined },
  };
  const say = createSay('en');
  return helpOf(createCli({ language: 'en', say, session: notCalled, end: notCalled }, environment), []);
}

export function collectorTree(): CommandHelp {
  const door = { env: {}, isTerminal: false, write: async () => undefined, writeError: () => undefined };
  const context = {
    say: ([english]: readonly [string, string]) => english,
    config: notCalled,
    out: notCalled,
    pour: notCalled,
    warn: notCalled,
    progress: notCalled,
    end: notCalled,
  };
  return helpOf(createCollector(context, door), []);
}

/** Commands are only described here. */
function notCalled(): never {
  throw new Error('a command was carried out while it was described');
}

function helpOf(command: Command, above: readonly string[]): CommandHelp {
  const path = [...above, command.name()];
  const help = command.createHelp();
  return {
    path,
    text: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      text: help.argumentDescription(argument),
      choices: argument.argChoices ?? [],
    })),
    options: help.visibleOptions(command).map((option) => optionOf(option, help.optionDescription(option))),
    commands: command.commands.map((child) => helpOf(child, path)),
  };
}

function optionOf(option: Option, text: string): OptionHelp {
  const { flags, short, long, argChoices, required, optional } = option;
  return {
    flags,
    text,
    names: [long, short].filter((name) => name !== undefined),
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}

export interface AgentHelp {
  readonly text: string;
  /** The ways to call it, each with what it does. */
  readonly calls: readonly { readonly call: string; readonly text: string }[];
  readonly options: readonly OptionHelp[];
  /** What `jidi-agent join --help` says. */
  readonly join: string;
}

/** `  WHAT   text`, where the text goes on in lines that begin further right. */
export function agentHelp(): AgentHelp {
  const [first = '', ...lines] = usage('en').split('\n');
  const entries: { what: string; text: string }[] = [];
  for (const line of lines) {
    const [, what = '', text = ''] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    const last = entries.at(-1);
    if (what !== '') entries.push({ what, text });
    else if (/^ {8,}\S/.test(line) && last !== undefined) last.text = `${last.text} ${line.trim()}`.trim();
  }
  const calls = entries.filter(({ what }) => what.startsWith('jidi-agent'));
  const flags = entries.filter(({ what }) => what.startsWith('-'));
  return {
    text: first.replace(/^jidi-agent: /, ''),
    join: createJoinSay('en')('usage'),
    calls: calls.map(({ what, text }) => ({ call: what, text })),
    options: flags.map(({ what, text }) => ({
      flags: what,
      text,
      names: what.split(/[ ,]+/).filter((word) => word.startsWith('-')),
      takesValue: / [A-Z]/.test(what),
      choices: [],
    })),
  };
}
