// The whole program but for the process around it. In: arguments and the environment. Out: an exit code.
// What went wrong is said on stderr, in the person's language where the words are ours.
import { CliError } from './exit-code.ts';
import { chooseLanguage, createSay } from './language/language.ts';
import { piece, screenLine } from './output/styled-text.ts';
import { runProgram } from './program.ts';
import type { Environment } from './session.ts';

export async function runCli(args: readonly string[], environment: Environment): Promise<number> {
  const language = chooseLanguage(args, environment.env);
  const say = createSay(language);
  const tell = (text: string) =>
    environment.terminal.writeError(screenLine([piece(text)], { color: false, columns: undefined }));
  try {
    return await runProgram(args, environment, { language, say });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    tell(say('error', { message: error.message }));
    if (error.remedy !== '') tell(say('remedy', { remedy: error.remedy }));
    return error.exitCode;
  }
}
