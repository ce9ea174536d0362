// jidi-collector ca show|rotate|import: looks at the authority that certifies nodes, and puts another in its place. A running
// collector takes it up within seconds.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { errorMessage, StartError } from '../../shared/errors.ts';
import { authorityHash } from '../../shared/identity/authority-hash.ts';
import type { AuthorityState } from '../identity/nodes/authority-state.ts';
import { nodeSettings } from '../identity/nodes/node-settings.ts';
import { authorityOf, importAuthority, rotateAuthority } from '../identity/nodes/set-up.ts';
import type { CommandContext } from './command-context.ts';

interface ChangeFlags {
  readonly distrust?: boolean;
}

interface ImportFlags extends ChangeFlags {
  readonly certificate: string;
  readonly key: string;
}

export function addCa(program: Command, context: CommandContext): void {
  const { say } = context;
  const ca = program
    .command('ca')
    .description(say(['the authority that certifies nodes', '为节点签发证书的 CA']))
    .helpCommand(false);
  ca.command('show')
    .description(
      say(['show the authority and by which hash agents know it', '显示 CA 及代理识别它所用的哈希']),
    )
    .action(() => show(context, authorityOf(context.config().dataDir, Date.now())));
  const distrust = say([
    'believe nothing of the authority before: every node must join again',
    '不再信任此前的 CA：所有节点须重新加入',
  ]);
  ca.command('rotate')
    .description(
      say([
        'make another authority; nodes change over by themselves within a day',
        '更换 CA；各节点在一天内自动换用新 CA',
      ]),
    )
    .option('--distrust', distrust)
    .action((flags: ChangeFlags) => rotate(context, flags));
  ca.command('import')
    .description(say(['take an issuing certificate of the site', '使用站点自己的签发证书']))
    .requiredOption(
      '--certificate <file>',
      say(['the issuing certificate, then those above it, PEM', '签发证书及其上级证书，PEM']),
    )
    .requiredOption('--key <file>', say(['its private key, PEM', '对应的私钥，PEM']))
    .option('--distrust', distrust)
    .action((flags: ImportFlags) => importFiles(context, flags));
  // Sub-commands of sub-commands are not seen by the program.
  for (const command of ca.commands) command.exitOverride();
}

async function rotate(context: CommandContext, { distrust = false }: ChangeFlags): Promise<void> {
  const { dataDir, cluster, names } = context.config();
  const settings = nodeSettings(dataDir, { cluster, names });
  const state = await rotateAuthority(dataDir, settings.cluster, { nowMs: Date.now(), distrust });
  changed(context, state);
}

async function importFiles(context: CommandContext, flags: ImportFlags): Promise<void> {
  const files = { key: readPem(flags.key), chain: readPem(flags.certificate) };
  const options = { nowMs: Date.now(), distrust: flags.distrust ?? false };
  changed(context, await importAuthority(context.config().dataDir, files, options));
}

function changed(context: CommandContext, state: AuthorityState): void {
  const { say } = context;
  context.out(
    state.retiring.length > 0
      ? say([
          'The authority was changed. Nodes take the new one with their next certificate; the one before is believed until then.',
          'CA 已更换。节点在下次更新证书时换用新 CA，此前仍信任旧 CA。',
        ])
      : say([
          'The authority was changed. Nothing of the one before is believed: every node must join again (tokens with --replace).',
          'CA 已更换，旧 CA 不再受信任：所有节点须重新加入（令牌加 --replace）。',
        ]),
  );
  show(context, state);
}

function show(context: CommandContext, { chain, issuer, retiring }: AuthorityState): void {
  const { say } = context;
  const { certificate } = issuer;
  context.out(say(['authority: {name}', 'CA：{name}'], { name: nameOf(certificate.subject) }));
  if (chain.length > 1) {
    const above = chain.slice(1).map(({ subject }) => nameOf(subject));
    context.out(say(['above it: {names}', '上级：{names}'], { names: above.join(' < ') }));
  }
  context.out(
    say(['good until: {time}', '有效期至：{time}'], { time: certificate.validToDate.toISOString() }),
  );
  context.out(`--ca-hash ${authorityHash(certificate)}`);
  for (const { chain: old, untilMs } of retiring) {
    const values = { name: nameOf(old[0]?.subject ?? ''), time: new Date(untilMs).toISOString() };
    context.out(say(['believed until {time}: {name}', '信任至 {time}：{name}'], values));
  }
}

/** Node writes a part of a name on each line. */
function nameOf(subject: string): string {
  return subject.replaceAll('\n', ', ');
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(`${path}: ${errorMessage(error)}`, 'Name a PEM file that you can read.', {
      cause: error,
    });
  }
}
