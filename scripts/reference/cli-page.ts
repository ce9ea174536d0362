// In: the command line program, asked for its help as a person asks. Out: the page of all commands.
import { exitCodes } from '../../cli/exit-code.ts';
import { runCli } from '../../cli/run-cli.ts';
import { systemClock } from '../../shared/clock.ts';
import { block, code, page, section, table } from './markdown.ts';

const intro = [
  '`npx jidi COMMAND` in a checkout. Data goes to stdout, progress and messages to stderr. Options of the first part may',
  'stand before or after any command.',
].join('\n');

export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: 'All went well.',
  failure: 'Something did not work on some node, a profile failed, or nobody confirmed.',
  usage: 'The command was not understood; the message says what to write.',
  forbidden: 'The collector does not allow it: the token is missing or wrong.',
  unreachable: 'The collector cannot be reached.',
  notFound: 'There is no such node, profile, command or action.',
  internal: 'A bug in this program.',
  interrupted: 'Ended by Ctrl-C before there was a result.',
};

export async function cliPage(): Promise<string> {
  const parts: string[] = [];
  await addHelp(parts, []);
  const rows = Object.entries(exitCodes).map(([name, exitCode]) => [
    String(exitCode),
    exitCodeMeanings[name as keyof typeof exitCodes],
  ]);
  return page(
    'Command line',
    intro,
    ...parts,
    section('Exit codes', table(['Exit code', 'Meaning'], rows)),
    section('Times and node sets', forms),
  );
}

const forms = table(
  ['What', 'How it is written'],
  [
    ['time', ['1764600000', '2025-12-01T15:00:00Z', 'now', '-10m'].map(code).join(', ')],
    ['duration', ['500ms', '10s', '1m30s', '2h'].map(code).join(', ')],
    ['node set', `${['n1,n2', 'n[001-100]', 'n[1-3,7]'].map(code).join(', ')}; quote it in a shell`],
  ],
);

async function addHelp(parts: string[], command: readonly string[]): Promise<void> {
  const help = await helpOf(command);
  parts.push(section(['jidi', ...command].join(' '), block(help)));
  for (const name of commandsIn(help)) await addHelp(parts, [...command, name]);
}

/** Names in the part `Commands:`; deeper lines go on with a description. */
function commandsIn(help: string): readonly string[] {
  const [, list = ''] = /^Commands:\n((?: {2}.*\n?)+)/m.exec(help) ?? [];
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name);
}

async function helpOf(command: readonly string[]): Promise<string> {
  let text = '';
  const terminal = {
    stdinTty: false,
    stdoutTty: false,
    stderrTty: false,
    columns: 100,
    write: (data: string | Uint8Array) => void (text += String(data)),
    writeError: (data: string) => void (text += data),
    ask: async () => '',
    askSecret: async () => '',
  };
  const interrupts = { once: () => () => undefined };
  const exitCode = await runCli([...command, '--help'], {
    env: { LANG: 'C' },
    terminal,
    clock: systemClock,
    interrupts,
  });
  if (exitCode !== exitCodes.ok) throw new Error(`jidi ${command.join(' ')} --help: exit code ${exitCode}`);
  return text;
}
