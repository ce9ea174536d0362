// What cannot be shown of a profile, in the words of a person at a terminal. In: the collector's refusal. Out: the same with a remedy
// that names options instead of parameters.
import { CliError } from './exit-code.ts';

const remedies: Readonly<Record<string, (id: string) => string>> = {
  'nothing-chosen': (id) => `See what it has: jidi profile spread ${id} --over thread`,
  'no-samples': (id) =>
    `See the whole: jidi profile show ${id}. A lower --frequency or a shorter --duration keeps every sample; an imported file may have none.`,
  'too-many-samples': () =>
    'Choose one node with --node, or leave out --from, --to, --pid, --thread and --rank.',
  'bad-parameter': () => 'Choose a window with --from before --to; for a long timeline a larger --step.',
};

/** Where the collector says a command itself, it knows better. */
export async function inOptions<T>(id: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof CliError) || error.remedy.includes('jidi ')) throw error;
    const remedy = remedies[error.code ?? ''];
    if (remedy === undefined) throw error;
    throw new CliError(error.exitCode, error.message, remedy(id), { code: error.code, cause: error });
  }
}
