// The manual pages of all programs and their configuration files. In: command lines and schemas. Out: pages by name.
import { AgentConfigSchema } from '../../agent/config.ts';
import { exitCodes } from '../../cli/exit-code.ts';
import { CollectorConfigSchema } from '../../collector/config.ts';
import { startRefusedExitCode } from '../../shared/lifecycle.ts';
import { exitCodeMeanings } from '../reference/cli-page.ts';
import { type ConfigKey, keysOf } from '../reference/config-keys.ts';
import { agentHelp, type CommandHelp, cliTree, collectorTree, type OptionHelp } from './command-tree.ts';
import { chapter, entry, example, manualPage, paragraph, roff, subchapter } from './roff.ts';

export interface Edition {
  readonly version: string;
  readonly timeSeconds: number;
}

/** `jidi.1` → its text. */
export function manualPages(edition: Edition): Readonly<Record<string, string>> {
  return {
    'jidi.1': cliManual(edition),
    'jidi-agent.8': agentManual(edition),
    'jidi-collector.8': collectorManual(edition),
    'jidi-agent.yaml.5': configurationManual('agent', keysOf(AgentConfigSchema), edition),
    'jidi-collector.yaml.5': configurationManual('collector', keysOf(CollectorConfigSchema), edition),
  };
}

function cliManual(edition: Edition): string {
  const tree = cliTree();
  const codes = Object.entries(exitCodes).map(([name, code]) =>
    entry(String(code), exitCodeMeanings[name as keyof typeof exitCodes]),
  );
  return manualPage(
    { name: 'jidi', section: 1, summary: tree.text },
    edition,
    chapter('SYNOPSIS', synopsis(tree)),
    chapter('OPTIONS', 'They may stand before or after any command.', ...optionEntries(tree.options)),
    chapter('COMMANDS', ...leaves(tree).map(commandPart)),
    chapter('EXIT STATUS', ...codes),
    chapter('SEE ALSO', roff('jidi-agent(8), jidi-collector(8)')),
  );
}

function collectorManual(edition: Edition): string {
  const tree = collectorTree();
  return manualPage(
    { name: 'jidi-collector', section: 8, summary: 'takes in what agents send, keeps it and answers' },
    edition,
    chapter('SYNOPSIS', synopsis(tree)),
    chapter('DESCRIPTION', roff(tree.text)),
    paragraph(
      'As installed, the command reads /etc/jidi/collector.yaml, and root becomes the user jidi-collector: folders that it ' +
        'is to read or write must be open to that user.',
    ),
    chapter('OPTIONS', ...optionEntries(tree.options)),
    chapter('COMMANDS', ...leaves(tree).map(commandPart)),
    chapter(
      'EXAMPLES',
      paragraph('For the first time, on the manager:'),
      example('jidi-collector init', 'systemctl start jidi-collector'),
    ),
    exitStatus(),
    chapter(
      'FILES',
      entry('/etc/jidi/collector.yaml', 'Configuration, see jidi-collector.yaml(5).'),
      entry('/var/lib/jidi-collector', 'Everything it keeps; identity/ holds the keys of the cluster.'),
      entry('/run/jidi-collector/admin.sock', 'Where root logs in without a password.'),
    ),
    chapter('SEE ALSO', roff('jidi(1), jidi-collector.yaml(5), jidi-agent(8)')),
  );
}

function agentManual(edition: Edition): string {
  const { text, calls, options, join } = agentHelp();
  return manualPage(
    { name: 'jidi-agent', section: 8, summary: text.replace(/\.$/, '') },
    edition,
    chapter('SYNOPSIS', ...calls.map(({ call, text: does }) => entry(call, does))),
    chapter('OPTIONS', ...optionEntries(options)),
    chapter('JOINING A CLUSTER', example(...join.trimEnd().split('\n'))),
    exitStatus(),
    chapter(
      'FILES',
      entry('/etc/jidi/agent.yaml', 'Configuration, see jidi-agent.yaml(5).'),
      entry('/etc/jidi/policy.json', 'What may be done on this node; nothing from the network widens it.'),
      entry('/var/lib/jidi', 'Identity of the node (identity/) and what waits for the collector (spool/).'),
      entry('/run/jidi', 'Sockets, and quiet/ with the flags of quiet jobs.'),
    ),
    chapter('SEE ALSO', roff('jidi-agent.yaml(5), jidi(1), jidi-collector(8)')),
  );
}

function exitStatus(): string {
  return chapter(
    'EXIT STATUS',
    entry('0', 'Stopped on request, or done.'),
    entry('1', 'Failed, or stopped in a hurry.'),
    entry(
      String(startRefusedExitCode),
      'The start was refused; the message says why and what to do. A restart does not help.',
    ),
  );
}

function configurationManual(
  program: 'agent' | 'collector',
  keys: readonly ConfigKey[],
  edition: Edition,
): string {
  const name = `jidi-${program}.yaml`;
  const entries = keys.map(({ path, value, description }) =>
    entry(
      path.join('.'),
      `${description}\n${value === undefined ? '' : `(default: ${JSON.stringify(value)})`}`.trim(),
    ),
  );
  return manualPage(
    { name, section: 5, summary: `configuration of jidi-${program}` },
    edition,
    chapter(
      'DESCRIPTION',
      roff(
        `/etc/jidi/${program}.yaml is YAML. Flags of jidi-${program}(8) come before it, defaults after it. A key that is not ` +
          'known or a value that is not possible stops the start with the path of the key and what is allowed there. ' +
          'Durations are written with their unit: 500ms, 5s, 1m30s, 2h, 7d. A dot in the names below stands for a level.',
      ),
    ),
    chapter('KEYS', ...entries),
    chapter('SEE ALSO', roff(`jidi-${program}(8)`)),
  );
}

function synopsis({ path, usage }: CommandHelp): string {
  return `\\fB${roff(path.join(' '))}\\fR ${roff(usage)}`;
}

/** Commands that do something, in the order of the help. */
function leaves({ commands }: CommandHelp): readonly CommandHelp[] {
  return commands.flatMap((command) => (command.commands.length > 0 ? leaves(command) : [command]));
}

function commandPart(command: CommandHelp): string {
  return subchapter(
    `${command.path.slice(1).join(' ')} ${command.usage}`,
    roff(command.text),
    ...command.arguments.map(({ name, text }) => entry(name, text)),
    ...optionEntries(command.options.filter(({ names }) => !names.includes('--help'))),
  );
}

function optionEntries(options: readonly OptionHelp[]): readonly string[] {
  return options.map(({ flags, text }) => entry(flags, text));
}
