// The person's language: what people read follows it, what machines read never does.
import { type MessageKey, messages } from './messages.ts';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** A sentence or heading in the person's language, with its `{names}` filled in. */
export interface Say {
  (key: MessageKey, values?: Readonly<Record<string, string | number>>): string;
  readonly language: Language;
}

export function createSay(language: Language): Say {
  const column = languages.indexOf(language);
  const say = (key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string =>
    (messages[key][column] ?? messages[key][0]).replace(/\{(\w+)\}/g, (_, name: string) =>
      String(values[name] ?? ''),
    );
  return Object.assign(say, { language });
}

/** --lang in the arguments, else the usual variables. Found before the arguments are parsed: help is translated, too. */
export function chooseLanguage(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Language {
  const flag = argv.findLast((each, index) => argv[index - 1] === '--lang' || each.startsWith('--lang='));
  const wish = flag?.replace('--lang=', '') ?? firstSet(env['LC_ALL'], env['LC_MESSAGES'], env['LANG']);
  return wish?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en';
}

/** An empty variable counts as none. */
function firstSet(...values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined && value !== '');
}
