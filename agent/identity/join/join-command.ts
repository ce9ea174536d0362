// jidi-agent join as a command. In: arguments. Out: text on stdout or stderr, an exit code.
// It refuses (StartError) arguments that cannot be meant.
import { parseArgs } from 'node:util';
import { type Address, parseAddress } from '../../../shared/address.ts';
import { parseDuration } from '../../../shared/duration.ts';
import { errorMessage, StartError } from '../../../shared/errors.ts';
import { authorityHashPattern } from '../../../shared/identity/authority-hash.ts';
import { CredentialFolder } from '../credential-folder.ts';
import { join } from './join.ts';
import { createJoinSay } from './join-language.ts';
import { becomeOwner } from './state-owner.ts';
import { readToken } from './token-file.ts';

/** Of the configuration of the agent, as far as joining needs it. */
export interface JoinSettings {
  readonly node: string;
  readonly stateDir: string;
  readonly collectors: readonly string[];
}

export interface JoinDoor {
  /** Throws StartError. */
  readonly settings: (config: string | undefined, flags: Record<string, unknown>) => JoinSettings;
  readonly language: (wish: string | undefined) => 'en' | 'zh';
  readonly tell: (line: string) => void;
}

const defaultPort = 7302;
const hashForm = new RegExp(authorityHashPattern);

/** Throws StartError. */
export async function runJoin(
  args: readonly string[],
  { settings, language, tell }: JoinDoor,
): Promise<number> {
  const flags = readFlags(args);
  const say = createJoinSay(language(flags.lang));
  if (flags.help) {
    tell(say('usage').trimEnd());
    return 0;
  }
  const { node, stateDir, collectors } = settings(flags.config, {
    node: flags.node,
    stateDir: flags.state,
    collectors: flags.collector === undefined ? undefined : [withPort(flags.collector, 7301)],
  });
  const enrolment = enrolmentOf(flags.enrolment, collectors[0] ?? '');
  const authorityHash = flags['ca-hash'] ?? '';
  if (!hashForm.test(authorityHash)) {
    throw new StartError(
      authorityHash === '' ? '--ca-hash is missing' : `--ca-hash ${authorityHash} is none`,
      'It is sha256: and 64 hexadecimal digits; jidi-collector init and jidi node token create print it.',
    );
  }
  const waitMs = parseDuration(flags.wait);
  if (waitMs === undefined)
    throw new StartError(`--wait ${flags.wait} is no duration`, 'Examples: 10m, 24h.');
  // As whoever calls: the token may be for root alone.
  const token = flags['token-file'] === undefined ? null : readToken(flags['token-file'], node);
  becomeOwner(stateDir);
  const folder = new CredentialFolder(stateDir);
  const { wait, again: isAgain } = flags;
  return join({ enrolment, authorityHash, node, token, waitMs, wait, isAgain, folder, say, tell });
}

function enrolmentOf(wish: string | undefined, collector: string): Address {
  const address = parseAddress(wish === undefined ? collector : withPort(wish, defaultPort));
  if (address === undefined) {
    throw new StartError(
      `${wish ?? (collector || '--collector')} is no address`,
      'Example: --collector head.cluster, or --enrolment head.cluster:7302.',
    );
  }
  return wish === undefined ? { ...address, port: defaultPort } : address;
}

function withPort(text: string, port: number): string {
  return parseAddress(text) === undefined ? `${text}:${port}` : text;
}

function readFlags(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const no = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        collector: text,
        enrolment: text,
        'ca-hash': text,
        'token-file': text,
        node: text,
        wait: { ...text, default: '24h' },
        again: no,
        config: text,
        state: text,
        lang: text,
        help: { ...no, short: 'h' },
      },
    });
    return values;
  } catch (error) {
    const [what = ''] = errorMessage(error).split('. ');
    throw new StartError(what, 'All flags: jidi-agent join --help.', { cause: error });
  }
}
