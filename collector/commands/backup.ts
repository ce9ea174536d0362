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
      context.out(
        say(['{files} files, {size}, in {target}', '{files} 个文件，{size}，位于 {target}'], values),
      );
    });
}
