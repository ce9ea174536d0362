// jidi profile import: what another program has recorded, so that it can be looked at and compared. In: a file of folded stacks,
// pprof or speedscope, gzipped or not. Out: the new profile.
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { type Command, Option } from 'commander';
import type { Profile } from '../../shared/api/profile.ts';
import {
  type ImportFormat,
  importFormats,
  importLimits,
  importTypes,
} from '../../shared/api/profile-import.ts';
import { errorCode, errorMessage } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/format.ts';
import { type ProfileEvent, profileEvents, profileLimits } from '../../shared/model/profile.ts';
import { truncate } from '../../shared/text.ts';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { integerFrom } from '../option-values.ts';
import { piece } from '../output/styled-text.ts';
import type { Session } from '../session.ts';
import { profileColumns } from '../views/profile-list.ts';

interface ImportOptions {
  readonly format?: ImportFormat;
  readonly name?: string;
  readonly frequency?: number;
  readonly event?: ProfileEvent;
}

export function addProfileImport(parent: Command, context: CommandContext): void {
  const { say } = context;
  const { min, max } = profileLimits.frequencyHz;
  parent
    .command('import')
    .description(say('help.profile.import'))
    .argument('<file>', say('help.arg.file'))
    .addOption(new Option('--format <format>', say('help.importFormat')).choices(importFormats))
    .option('--name <name>', say('help.importName'))
    .option('--frequency <hertz>', say('help.importFrequency'), integerFrom(min, max))
    .addOption(new Option('--event <event>', say('help.importEvent')).choices(profileEvents))
    .action(async (file: string, options: ImportOptions, command: Command) =>
      context.end(await importProfile(context.session(command), file, options)),
    );
}

async function importProfile(session: Session, file: string, options: ImportOptions): Promise<number> {
  const { api, output, say, note } = session;
  const bytes = readImport(file);
  const name = options.name ?? truncate(basename(file), importLimits.name);
  const { format = formatOf(bytes), frequency, event } = options;
  const profile = await api.upload<Profile>('profiles/import', bytes, {
    type: importTypes[0],
    query: { format, name, frequency, event },
  });
  if (output.format === 'json') output.json(profile);
  else output.rows(profileColumns(say), [profile]);
  note([piece(say('profile.imported', { id: profile.id, count: profile.samples, name }), 'dim')]);
  return exitCodes.ok;
}

function readImport(file: string): Uint8Array {
  const refuse = (why: string, remedy: string, cause?: unknown): CliError =>
    new CliError(exitCodes.usage, `file ${file}: ${why}`, remedy, { cause });
  try {
    const { size } = statSync(file);
    if (size > importLimits.fileBytes) {
      const remedy = `Send at most ${formatBytes(importLimits.fileBytes)}; gzip it, or record for a shorter time.`;
      throw refuse(`${formatBytes(size)} are too much`, remedy);
    }
    return readFileSync(file);
  } catch (error) {
    if (error instanceof CliError) throw error;
    const why = errorCode(error) === 'ENOENT' ? 'there is none of this name' : errorMessage(error);
    throw refuse(why, 'Name a file that you may read.', error);
  }
}

/** Enough to see what it is. */
const lookedAtBytes = 4096;

/** By the first bytes: JSON is speedscope, text is folded, anything else pprof. */
export function formatOf(bytes: Uint8Array): ImportFormat {
  const begin = isGzip(bytes) ? unzippedBegin(bytes) : bytes.subarray(0, lookedAtBytes);
  const text = new TextDecoder().decode(begin);
  if (/^\s*\{/.test(text)) return 'speedscope';
  // eslint-disable-next-line no-control-regex -- Binary files have them early.
  return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? 'pprof' : 'folded';
}

function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

/** What is no gzip after all is for the collector to refuse. */
function unzippedBegin(bytes: Uint8Array): Uint8Array {
  try {
    // A part of a file is enough, so its end is not missed, and a bomb does not go off.
    const begin = bytes.subarray(0, lookedAtBytes);
    return gunzipSync(begin, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, lookedAtBytes);
  } catch {
    return new Uint8Array(1);
  }
}
