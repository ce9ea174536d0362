// In: profiles, and a question of one. Out: the answer. What it takes grows with the profile: it is for a thread of its own.
import { type ClassRule, FunctionClasses } from '../../../../shared/stacks/function-class.ts';
import { cutStacks } from '../../../../shared/stacks/reshape.ts';
import { QueryError } from '../../query.ts';
import { toProfile } from '../../views/profile.ts';
import { profileWithoutCommand } from '../../without-command-lines.ts';
import { chooseStacks } from '../chosen-stacks.ts';
import { exportStacks } from '../formats/export.ts';
import { findProfile, type ProfileSource } from '../profile-parts.ts';
import { sampleChoice } from '../sample-choice.ts';
import { shapeStacks } from '../shaped-stacks.ts';
import { profileTrees } from '../trees.ts';
import { viewDifference } from './difference-view.ts';
import { viewSpread } from './spread-view.ts';
import { viewStacks } from './stacks-view.ts';
import { viewTimeline } from './timeline-view.ts';
import type { ExportedProfile, ExportQuestion, ProfileViews, ViewQuestion } from './view-question.ts';
import { viewWindows, type WindowSource } from './windows-view.ts';

type ViewSource = ProfileSource & WindowSource;

export function createProfileViews(source: ViewSource, rules: readonly ClassRule[]): ProfileViews {
  const classes = new FunctionClasses(rules);
  return {
    async view(question) {
      const answer = await answerView(source, classes, question);
      // A copy of its own: small buffers share their memory, which must not move to another thread.
      return new TextEncoder().encode(JSON.stringify(answer));
    },
    export: (question) => exportView(source, classes, question),
  };
}

function answerView(source: ViewSource, classes: FunctionClasses, question: ViewQuestion): Promise<object> {
  switch (question.view) {
    case 'functions':
      return viewFunctions(source, question);
    case 'stacks':
      return viewStacks(source, classes, { id: question.id, choice: question.asked });
    case 'difference':
      return viewDifference(source, classes, question);
    case 'timeline':
      return viewTimeline(source, question);
    case 'spread':
      return viewSpread(source, classes, question);
    case 'windows':
      return viewWindows(source, classes, question);
  }
  return question satisfies never;
}

/** Without stacks there are no functions. */
async function viewFunctions(
  source: ProfileSource,
  { id, withoutCommand }: { readonly id: string; readonly withoutCommand?: boolean },
): Promise<object> {
  const whole = await findProfile(source, id);
  const told = toProfile(whole.profile);
  const profile = withoutCommand === true ? profileWithoutCommand(told) : told;
  try {
    const { stacks } = await chooseStacks(source, whole, {});
    return { ...profile, ...profileTrees(stacks) };
  } catch (error) {
    if (!(error instanceof QueryError) || error.code !== 'no-stacks') throw error;
    return { ...profile, bottomUp: null, topDown: null };
  }
}

async function exportView(
  source: ProfileSource,
  classes: FunctionClasses,
  { id, format, asked }: ExportQuestion,
): Promise<ExportedProfile> {
  const whole = await findProfile(source, id);
  const { stacks } = await chooseStacks(source, whole, sampleChoice(asked));
  const shaped = shapeStacks(stacks, asked, classes);
  const cut = asked.most === undefined ? shaped : cutStacks(shaped, asked.most);
  return exportStacks(whole.profile, cut, format);
}
