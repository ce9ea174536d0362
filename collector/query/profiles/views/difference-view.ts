// In: a profile and what it is compared with: another one, other samples of it, or, of the processes of a job, the slowest and
// the one in the middle. Out: the branches of both sides in one tree, cut over both together.
// It refuses (QueryError): nothing to compare with, weights of different units, fewer than two processes.
import {
  type Chosen,
  type DifferenceParameters,
  type ProfileDifference,
  type SampleChoice,
  stackViewLimits,
} from '../../../../shared/api/profile-view.ts';
import { cutDifference, subtractStacks } from '../../../../shared/stacks/difference.ts';
import type { FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import type { Stacks } from '../../../../shared/stacks/stacks.ts';
import { alikeInModules } from '../../../../shared/stacks/without-modules.ts';
import { QueryError } from '../../query.ts';
import { type ChosenStacks, chooseStacks } from '../chosen-stacks.ts';
import { findProfile, type ProfileSource, type WholeProfile } from '../profile-parts.ts';
import { sampleChoice } from '../sample-choice.ts';
import { classesOf, shapeStacks } from '../shaped-stacks.ts';
import { slowestAndMiddle } from './slowest-process.ts';
import { treeColumns } from './stacks-view.ts';

interface Side {
  readonly whole: WholeProfile;
  readonly choice: SampleChoice;
}

export async function viewDifference(
  source: ProfileSource,
  classes: FunctionClasses,
  { id, asked }: { readonly id: string; readonly asked: DifferenceParameters },
): Promise<ProfileDifference> {
  const sides = await sidesOf(source, classes, { id, asked });
  requireOneUnit(sides);
  const [of, base] = [await choose(source, sides.of), await choose(source, sides.base)];
  const shape = (stacks: Stacks): Stacks => shapeStacks(stacks, asked, classes);
  const both = subtractStacks(...alikeInModules(shape(of.stacks), shape(base.stacks)));
  const cut = cutDifference(both, asked.most ?? stackViewLimits.branches.default);
  return {
    ...treeColumns(cut.stacks, classesOf(cut.stacks, asked.by, classes)),
    baseSelf: Array.from(cut.base.self),
    baseWeight: cut.base.weight,
    branches: both.stacks.parents.length,
    sampleWeight: of.sampleWeight,
    of: chosenOf(sides.of, of),
    base: chosenOf(sides.base, base),
  };
}

function choose(source: ProfileSource, { whole, choice }: Side): Promise<ChosenStacks> {
  return chooseStacks(source, whole, choice);
}

async function sidesOf(
  source: ProfileSource,
  classes: FunctionClasses,
  { id, asked }: { readonly id: string; readonly asked: DifferenceParameters },
): Promise<{ readonly of: Side; readonly base: Side }> {
  const whole = await findProfile(source, id);
  const choice = sampleChoice(asked);
  const baseChoice = baseOf(asked);
  const isBaseGiven = asked.base !== undefined || Object.keys(baseChoice).length > 0;
  if (asked.ranks !== undefined) {
    if (isBaseGiven) {
      throw badParameter(
        'ranks together with a base',
        'Leave one of them out: ranks chooses both sides by itself.',
      );
    }
    const { slowest, middle } = await slowestAndMiddle(source, classes, { whole, choice });
    return { of: { whole, choice: slowest }, base: { whole, choice: middle } };
  }
  if (!isBaseGiven) {
    throw badParameter(
      'nothing to compare with',
      'Give base (another profile), other samples of this one as baseFrom and baseTo, or ranks=slowest.',
    );
  }
  const baseWhole = asked.base === undefined ? whole : await findProfile(source, asked.base);
  return { of: { whole, choice }, base: { whole: baseWhole, choice: baseChoice } };
}

function baseOf(asked: DifferenceParameters): SampleChoice {
  const {
    baseFrom: from,
    baseTo: to,
    baseNode: node,
    basePid: pid,
    baseThread: thread,
    baseRank: rank,
  } = asked;
  return sampleChoice({ from, to, node, pid, thread, rank });
}

function requireOneUnit({ of, base }: { readonly of: Side; readonly base: Side }): void {
  const [a, b] = [of.whole.profile, base.whole.profile];
  if (a.unit === b.unit) return;
  throw badParameter(
    `profile ${a.id} counts ${a.unit}, profile ${b.id} ${b.unit}`,
    'Compare profiles of the same event.',
  );
}

function chosenOf({ whole, choice }: Side, { stacks }: ChosenStacks): Chosen {
  return { profile: whole.profile.id, ...choice, weight: stacks.weight };
}

function badParameter(what: string, remedy: string): QueryError {
  return new QueryError('bad-parameter', `difference: ${what}`, remedy);
}
