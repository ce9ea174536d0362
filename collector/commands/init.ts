// jidi-collector init: makes what a collector needs before nodes can join: the authority that certifies them. Run twice, it
// changes nothing and says so.
import type { Command } from 'commander';
import { StartError } from '../../shared/errors.ts';
import { authorityHash } from '../../shared/identity/authority-hash.ts';
import { clusterNamePattern } from '../../shared/identity/node-uri.ts';
import { nodeSettings } from '../identity/nodes/node-settings.ts';
import { authorityOf, setUpAuthority } from '../identity/nodes/set-up.ts';
import { makeFirstAdmin } from './account.ts';
import type { CommandContext } from './command-context.ts';

interface InitFlags {
  readonly cluster?: string;
  readonly names?: string;
}

const namePattern = /^[0-9A-Za-z](?:[0-9A-Za-z.:-]{0,251}[0-9A-Za-z])?$|^[0-9A-Fa-f:]+$/;

export function addInit(program: Command, context: CommandContext): void {
  const { say } = context;
  program
    .command('init')
    .description(
      say([
        'make the authority that certifies nodes; where there is one, nothing is changed',
        '创建为节点签发证书的 CA；已有时不作任何改变',
      ]),
    )
    .option('--cluster <name>', say(['name of the cluster', '集群名']))
    .option(
      '--names <list>',
      say([
        'DNS names and addresses under which agents reach this collector, with commas',
        'agent 访问本收集器所用的 DNS 名和地址，以逗号分隔',
      ]),
    )
    .action((flags: InitFlags) => init(context, flags));
}

async function init(context: CommandContext, flags: InitFlags): Promise<void> {
  const { say } = context;
  const { dataDir, ...configured } = context.config();
  const cluster = flags.cluster ?? configured.cluster;
  const names = [...configured.names, ...(flags.names ?? '').split(',').filter((name) => name !== '')];
  requireReadable(cluster, names);
  const nowMs = Date.now();
  const isNew = await setUpAuthority(dataDir, { cluster, names }, nowMs);
  const settings = nodeSettings(dataDir, { cluster, names: isNew ? names : configured.names });
  const { issuer } = authorityOf(dataDir, nowMs);
  const values = { cluster: settings.cluster, folder: `${dataDir}/identity` };
  context.out(
    isNew
      ? say(
          [
            'An authority for the nodes of {cluster} was made in {folder}.',
            '已在 {folder} 创建集群 {cluster} 的节点 CA。',
          ],
          values,
        )
      : say(
          [
            'There is an authority for the nodes of {cluster} already in {folder}: nothing was changed.',
            '{folder} 中已有集群 {cluster} 的节点 CA：未作任何改变。',
          ],
          values,
        ),
  );
  context.out(say(['names: {names}', '名称：{names}'], { names: settings.names.join(', ') }));
  context.out(`--ca-hash ${authorityHash(issuer.certificate)}`);
  context.out(
    say([
      'Next, a token for each node, and on the node: jidi-agent join --collector HOST --ca-hash … --token-file FILE',
      '下一步：为每个节点创建令牌，并在节点上运行：jidi-agent join --collector HOST --ca-hash … --token-file FILE',
    ]),
  );
  context.out("  jidi node token create 'n[001-100]' --file tokens");
  await makeFirstAdmin(context);
}

function requireReadable(cluster: string, names: readonly string[]): void {
  if (!new RegExp(clusterNamePattern).test(cluster)) {
    const remedy = 'Use lower-case letters, digits and dash, at most 63 characters.';
    throw new StartError(`--cluster ${cluster}: no name of a cluster`, remedy);
  }
  const strange = names.find((name) => !namePattern.test(name));
  if (strange === undefined) return;
  throw new StartError(
    `--names ${strange}: neither a DNS name nor an address`,
    'Write names with commas between: mgr,10.0.0.1',
  );
}
