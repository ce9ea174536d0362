// jidi-collector compact: does now what a running collector does by and by: flushes, compacts, rolls up, removes what is old.
import type { Command } from 'commander';
import { systemClock } from '../../shared/clock.ts';
import { formatBytes } from '../../shared/format.ts';
import { createLogger } from '../../shared/log.ts';
import { openStore } from '../store/open-store.ts';
import { folderBytes } from '../store/upkeep/store-folder.ts';
import { storeOptionsOf } from '../store-options.ts';
import type { CommandContext } from './command-context.ts';

export function addCompact(program: Command, context: CommandContext): void {
  const { say } = context;
  program
    .command('compact')
    .description(
      say([
        'bring everything into its final form and remove what is old; the collector must be stopped',
        '把所有数据整理为最终形式并删除过期数据；收集器须已停止',
      ]),
    )
    .action(async () => {
      const config = context.config();
      const before = folderBytes(config.dataDir);
      const store = await openStore({
        ...storeOptionsOf(config),
        clock: systemClock,
        log: createLogger('jidi-collector', config.log),
        onDeath(error) {
          throw error;
        },
      });
      try {
        context.progress(config.dataDir);
        await store.compact();
        await store.retain();
      } finally {
        await store.close();
      }
      const values = { before: formatBytes(before), after: formatBytes(folderBytes(config.dataDir)) };
      context.out(say(['{before} before, {after} now', '整理前 {before}，现在 {after}'], values));
    });
}
