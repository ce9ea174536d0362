// jidi help [command]: what --help of the command shows.
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';

export function addHelp(program: Command, { say }: CommandContext): void {
  program
    .command('help')
    .description(say('help.ofCommand'))
    .argument('[command...]', say('help.arg.anyCommand'))
    .action((names: readonly string[]) => {
      findCommand(program, names).outputHelp();
    });
}

function findCommand(program: Command, names: readonly string[]): Command {
  return names.reduce((command, name) => {
    const found = command.commands.find((child) => child.name() === name);
    if (found !== undefined) return found;
    const asked = JSON.stringify(names.join(' '));
    throw new CliError(exitCodes.usage, `command ${asked}: unknown`, 'List the commands: jidi --help');
  }, program);
}
