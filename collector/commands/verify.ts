// jidi-collector verify [FOLDER]: reads a store or a backup whole and names what is damaged; exit status 1 when something is.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { verifyStore } from '../store/upkeep/verify-store.ts';
import type { CommandContext } from './command-context.ts';

export function addVerify(program: Command, context: CommandContext): void {
  const { say } = context;
  program
    .command('verify')
    .description(
      say([
        'read every file of the store, or of a backup, and name what is damaged; the collector may be running',
        '读取存储或备份的每个文件并指出损坏之处；收集器可以正在运行',
      ]),
    )
    .argument(
      '[folder]',
      say(['folder to check; the data folder when left out', '要检查的目录；省略时为数据目录']),
    )
    .action(async (folder: string | undefined) => {
      const root = folder === undefined ? context.config().dataDir : resolve(folder);
      const damages = await verifyStore(root, {
        yieldTurn: async () => undefined,
        onFile: (file) => context.progress(file),
      });
      for (const { file, problem } of damages) context.out(`${file}: ${problem}`);
      if (damages.length === 0) {
        context.out(say(['{root}: nothing is damaged', '{root}：没有损坏'], { root }));
        return;
      }
      context.out(
        say(
          [
            'Damaged places found: {count}. A running collector sets a damaged file aside by itself and declares its time a gap; to keep what is in it, restore the file from a backup.',
            '共 {count} 处。运行中的收集器会自行移开损坏的文件并把对应时段声明为缺失；要保留其中的数据，请从备份恢复该文件。',
          ],
          { count: damages.length },
        ),
      );
      context.end(1);
    });
}
