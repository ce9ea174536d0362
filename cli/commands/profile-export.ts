// jidi profile export: the stacks for other programs, to a file or to stdout. Bytes are not written to a terminal.
import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { ExportFormat } from '../../shared/api/profile.ts';
import { errorMessage } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/format.ts';
import { visibleLines } from '../../shared/text.ts';
import { apiPath } from '../api-client.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { piece } from '../output/styled-text.ts';
import { addSampleOptions, addShapeOptions, type ChoiceOptions, choiceQuery } from '../profile-choice.ts';
import { inOptions } from '../profile-problems.ts';
import type { Session } from '../session.ts';

interface ExportOptions extends ChoiceOptions {
  readonly format?: ExportFormat;
  readonly file?: string;
}

const formats: readonly ExportFormat[] = ['folded', 'pprof', 'speedscope', 'svg'];

export function addProfileExport(parent: Command, context: CommandContext): void {
  const { say } = context;
  const command = parent
    .command('export')
    .description(say('help.profile.export'))
    .argument('<profile>', say('help.arg.profile'))
    .addOption(new Option('--format <format>', say('help.format')).choices(formats))
    .option('--file <file>', say('help.file'));
  addSampleOptions(command, say);
  addShapeOptions(command, say).action(async (id: string, options: ExportOptions, called: Command) =>
    context.end(await exportProfile(context.session(called), id, options)),
  );
}

async function exportProfile(session: Session, id: string, options: ExportOptions): Promise<number> {
  const { format, file } = options;
  const { api, output, terminal } = session;
  if (format === undefined)
    throw new CliError(exitCodes.usage, '--format: missing', `Add one: --format ${formats.join(', ')}.`);
  const toTerminal = file === undefined && terminal.stdoutTty;
  if (toTerminal && format === 'pprof') {
    const remedy = 'Name a file with --file, or send the output to a file or program.';
    throw new CliError(exitCodes.usage, 'pprof is binary: not written to a terminal', remedy);
  }
  const asked = { ...choiceQuery(options), format };
  const bytes = await inOptions(id, api.download(apiPath`profiles/${id}/export`, asked));
  if (file !== undefined) writeFile(session, file, bytes);
  // Names of functions are hostile text; a file keeps them, a terminal must not obey them.
  else output.raw(toTerminal ? visibleLines(new TextDecoder().decode(bytes)) : bytes);
  return exitCodes.ok;
}

function writeFile({ note, say }: Session, file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    const message = `file ${file}: ${errorMessage(error)}`;
    throw new CliError(exitCodes.usage, message, 'Name a file that you may write.', { cause: error });
  }
  note([piece(say('profile.saved', { file, size: formatBytes(bytes.length) }), 'dim')]);
}
