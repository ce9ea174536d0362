// jidi profile callers: a function between those that call it and those that it calls.
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { CliError, exitCodes } from '../exit-code.ts';
import { parsePercent } from '../option-values.ts';
import type { Column } from '../output/output.ts';
import { piece } from '../output/styled-text.ts';
import { addSampleOptions, addShapeOptions, type ChoiceOptions } from '../profile-choice.ts';
import { findFunction } from '../profile-stacks.ts';
import { readShownProfile } from '../read-profile.ts';
import type { Session } from '../session.ts';
import { withFrameWords } from '../views/profile/frame-words.ts';
import { chosenLine, headLines } from '../views/profile/profile-head.ts';
import { type Sandwich, sandwich, sandwichLines } from '../views/profile/sandwich-view.ts';

const halves = ['both', 'callers', 'callees'] as const;

interface CallersOptions extends ChoiceOptions {
  readonly only: (typeof halves)[number];
  readonly module?: string;
  readonly min: number;
}

export function addProfileCallers(parent: Command, context: CommandContext): void {
  const { say } = context;
  const callers = parent
    .command('callers')
    .description(say('help.profile.callers'))
    .argument('<profile>', say('help.arg.profile'))
    .argument('<function>', say('help.arg.function'))
    .option('--module <module>', say('help.module'))
    .addOption(new Option('--only <half>', say('help.half')).choices(halves).default('both'))
    .addOption(new Option('--min <percent>', say('help.min')).argParser(parsePercent).default(0.005, '0.5%'));
  addSampleOptions(callers, say);
  addShapeOptions(callers, say).action(
    async (id: string, name: string, options: CallersOptions, command: Command) =>
      context.end(await showCallers(context.session(command), { id, name }, options)),
  );
}

async function showCallers(
  session: Session,
  { id, name }: { readonly id: string; readonly name: string },
  options: CallersOptions,
): Promise<number> {
  const { output, say } = session;
  const { profile, chosen, choice } = await readShownProfile(session, id, options);
  if (chosen === null) throw noStacks(id, profile.status);
  const { stacks } = chosen;
  const frame = findFunction(stacks, name, options.module);
  const isForPeople = output.format !== 'json' && output.format !== 'csv';
  const named = isForPeople ? withFrameWords(stacks, chosen.classes, say) : stacks;
  const made = sandwich(named, {
    frame,
    min: options.min,
    halves: { callers: options.only !== 'callees', callees: options.only !== 'callers' },
  });
  if (output.format === 'json') output.json({ profile: id, choice, ...tableOf(made) });
  else if (output.format === 'csv') output.rows(columns, rowsOf(made));
  else {
    const others = stacks.frames.filter(
      (each) => each.function === made.of.function && each.module !== made.of.module,
    );
    output.lines([
      ...headLines(profile, say),
      ...chosenLine(choice, { weight: stacks.weight, profile }, say),
      ...(others.length === 0
        ? []
        : [
            [
              piece(
                say('fact.sameName', { modules: others.map(({ module }) => module || '–').join(', ') }),
                'dim',
              ),
            ],
          ]),
      [],
      ...sandwichLines(made, { width: output.screen.columns, say }),
    ]);
  }
  return exitCodes.ok;
}

export function noStacks(id: string, status: string): CliError {
  return new CliError(
    exitCodes.failure,
    `profile ${id}: ${status}, without stacks`,
    'See how it stands, and why, with: jidi profile show ID',
  );
}

interface CallersRow {
  readonly part: 'caller' | 'function' | 'callee';
  /** From the function. */
  readonly distance: number;
  readonly function: string;
  readonly module: string;
  readonly total: number;
}

const columns: readonly Column<CallersRow>[] = [
  { key: 'part', header: '', value: ({ part }) => part },
  { key: 'distance', header: '', value: ({ distance }) => distance },
  { key: 'function', header: '', value: (row) => row.function },
  { key: 'module', header: '', value: ({ module }) => module },
  { key: 'total', header: '', value: ({ total }) => total },
];

function tableOf(made: Sandwich) {
  const half = (name: 'callers' | 'callees') =>
    made[name].flatMap(({ branch }) => {
      if (branch === null) return [];
      const { function: called, module, total } = branch;
      return [{ distance: made.distance(name, branch), function: called, module, total }];
    });
  return { ...made.of, callers: half('callers'), callees: half('callees') };
}

function rowsOf(made: Sandwich): CallersRow[] {
  const { callers, callees, ...of } = tableOf(made);
  return [
    ...callers.map((row) => ({ part: 'caller', ...row }) as const),
    { part: 'function', distance: 0, ...of },
    ...callees.map((row) => ({ part: 'callee', ...row }) as const),
  ];
}
