// jidi-collector restore FOLDER: a backup becomes the store of a data folder that has none.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { restoreStore } from '../store/upkeep/restore-store.ts';
import type { CommandContext } from './command-context.ts';

export function addRestore(program: Command, context: CommandContext): void {
  const { say } = context;
  program
    .command('restore')
    .description(
      say([
        'check a backup and put it into the data folder, which must have no store; the collector must be stopped',
        '检查备份并放入数据目录；该目录不得已有存储，收集器须已停止',
      ]),
    )
    .argument('<folder>', say(['folder of the backup', '备份所在目录']))
    .action(async (folder: string) => {
      const { dataDir } = context.config();
      await restoreStore(resolve(folder), dataDir, { onFile: (file) => context.progress(file) });
      context.out(
        say(
          [
            '{dataDir} is restored. Agents send again what they still hold of the time after the backup.',
            '{dataDir} 已恢复。备份之后的数据，代理会重新发送仍然保留的部分。',
          ],
          { dataDir },
        ),
      );
    });
}
