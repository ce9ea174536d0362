// jidi-collector backup FOLDER: a copy of the store; a collector may be running meanwhile.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../shared/format.ts';
import { backupStore } from '../store/upkeep/backup-store.ts';
import type { CommandContext } from './command-context.ts';

export function addBackup(program: Command, context: CommandContext): void {
  const { say } = context;
  program
    .command('backup')
    .description(
      say([
        'copy the store into a new folder; the collector may be running',
        '把存储复制到新目录；收集器可以正在运行',
      ]),
    )
    .argument('<folder>', say(['where the copy goes; new or empty', '副本目录；须为新目录或空目录']))
    .action(async (folder: string) => {
      const target = resolve(folder);
      const { files, bytes } = await backupStore(context.config().dataDir, target, {
        onFile: (file) => context.progress(file),
      });
      const values = { files, size: formatBytes(bytes), target };
      context.warn(
        say([
          'not in it: the keys in identity/ of the data folder; keep a copy of node-authority.key and node-authority.pem elsewhere',
          '不含数据目录 identity/ 中的密钥；请另行保管 node-authority.key 和 node-authority.pem',
        ]),
      );
      context.out(
        say(['{files} files, {size}, in {target}', '{files} 个文件，{size}，位于 {target}'], values),
      );
    });
}
