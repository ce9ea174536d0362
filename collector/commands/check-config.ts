// jidi-collector check-config: says whether the configuration is valid, and starts nothing.
import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';

export function addCheckConfig(program: Command, context: CommandContext): void {
  program
    .command('check-config')
    .description(context.say(['check the configuration and start nothing', '只检查配置，不启动']))
    .action(() => {
      context.config();
      context.out('configuration: valid');
    });
}
