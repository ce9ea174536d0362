// Takes the secrets out of a command line before it leaves the node. In: the arguments of a process, hostile text.
// Out: one line, each secret replaced by `***`. When in doubt it masks: a hidden harmless word costs little.
// Every expression runs in linear time: repetitions are bounded or cannot be split in two ways.
import { isPlainSecretKey, isSecretKey, secretLettersOf } from './secret-names.ts';

const mask = '***';

export function maskCommandLine(args: readonly string[]): string {
  const state: WordState = { program: '', next: 'plain', quote: '' };
  const masked: string[] = [];
  for (const [i, argument] of args.entries()) {
    const isShellText = /^-[a-z]{0,4}c$/.test(args[i - 1] ?? '');
    masked.push(maskArgument(argument, state, isShellText));
  }
  return masked.join(' ');
}

/** Where the walk over the words stands. */
interface WordState {
  program: string;
  /** What the next word is: plain, a secret, or `user:secret`. */
  next: 'plain' | 'secret' | 'login';
  /** Open quotation mark of a secret that goes on. */
  quote: string;
}

function maskArgument(argument: string, state: WordState, isShellText: boolean): string {
  // A secret that is an argument of its own may hold blanks.
  if (state.next === 'secret' && !argument.startsWith('-')) {
    state.next = 'plain';
    return mask;
  }
  state.quote = '';
  const key = /^-{0,2}[\w.-]{1,64}(?==)/.exec(argument)?.[0];
  if (key !== undefined && !isShellText && isHiddenAssignment(key, argument)) return `${key}=${mask}`;
  const words = argument.split(/(\s+)/).map((word) => (word.trim() === '' ? word : maskWord(word, state)));
  return maskText(words.join(''));
}

function maskWord(word: string, state: WordState): string {
  if (state.quote !== '') {
    if (word.endsWith(state.quote)) state.quote = '';
    return mask;
  }
  const expected = state.next;
  state.next = 'plain';
  if (expected === 'login') return maskLogin(word);
  if (expected === 'secret' && !word.startsWith('-')) {
    const first = word.charAt(0);
    if ((first === '"' || first === "'") && !(word.length > 1 && word.endsWith(first))) state.quote = first;
    return mask;
  }
  const base = word.slice(word.lastIndexOf('/') + 1);
  if (state.program === '' || secretLettersOf(base) !== undefined) state.program = base;
  return word.startsWith('-') ? maskOption(word, state) : word;
}

function maskOption(word: string, state: WordState): string {
  const letters = secretLettersOf(state.program);
  const letter = word.charAt(1);
  if (letters !== undefined && letter !== '' && letter !== '-') {
    if (word.length > 2 && letters.attached.includes(letter)) {
      return letters.login.includes(letter) ? maskLogin(word) : `${word.slice(0, 2)}${mask}`;
    }
    if (word.length === 2 && letters.separate.includes(letter)) state.next = 'secret';
    if (word.length === 2 && letters.login.includes(letter)) state.next = 'login';
  }
  if (/^--?[\w.-]{2,64}$/.test(word)) {
    if (isSecretKey(word)) state.next = 'secret';
    if (word === '--user' || word === '--proxy-user') state.next = 'login';
  }
  return word;
}

/** `user:secret` and Samba's `user%secret`. */
function maskLogin(word: string): string {
  const at = word.search(/[:%]/);
  return at < 0 ? word : `${word.slice(0, at + 1)}${mask}`;
}

/** Settings, headers, addresses and well-known shapes of tokens inside any text. */
export function maskText(text: string): string {
  let masked = text
    .replace(/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*/s, `-----BEGIN PRIVATE KEY----- ${mask}`)
    .replace(/(authorization["']?\s?[:=]\s?["']?(?:[a-z]{3,20} )?)[^\s"']+/gi, `$1${mask}`)
    .replace(/((?:set-)?cookie["']?\s?:\s?)[^"'\n]+/gi, `$1${mask}`)
    .replace(/\b(bearer )[\w.~+/=-]{8,}/gi, `$1${mask}`)
    .replace(/(--(?:proxy-)?user=[^\s:]{1,256}:)\S+/g, `$1${mask}`);
  masked = maskAssignments(masked);
  return masked
    .replace(/(:\/\/[^\s/?#"'@:]{0,256}:)[^\s/?#"']{1,256}@/g, `$1${mask}@`)
    .replace(/:\/\/[\w-]{20,256}@/g, `://${mask}@`)
    .replace(/([?&](?:sig|key|code|x-amz-signature|x-goog-signature)=)[^\s&"']+/gi, `$1${mask}`)
    .replace(/\beyJ[\w-]{6,512}\.[\w-]{4,}(?:\.[\w-]*)?/g, mask)
    .replace(tokenShapes, mask);
}

/** AWS, GitHub, GitLab, Slack, OpenAI and Stripe, Google, Hugging Face, npm, PyPI, DigitalOcean. */
const tokenShapes =
  /\b(?:A[KS]IA[A-Z0-9]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{8,}|sk[-_][\w-]{20,}|AIza[\w-]{30,}|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{30,}|dop_v1_[a-f0-9]{40,})/g;

/** `key=value`, `key: value`, `"key":"value"`; the value may be quoted. */
function maskAssignments(text: string): string {
  const assignment = /(?<![\w.-])([\w.-]{1,64})(["']?\s{0,2}[=:]\s{0,2})/g;
  const value = /"[^"]*"?|'[^']*'?|[^\s"'&,;]+/y;
  let masked = '';
  let copied = 0;
  for (let found = assignment.exec(text); found !== null; found = assignment.exec(text)) {
    const [, key = '', separator = ''] = found;
    value.lastIndex = assignment.lastIndex;
    if (separator === ':' ? !isPlainSecretKey(key) : !isSecretKey(key)) continue;
    const hidden = value.exec(text)?.[0];
    if (hidden === undefined || isWorkingFolder(key, hidden)) continue;
    masked += `${text.slice(copied, assignment.lastIndex)}${mask}`;
    copied = assignment.lastIndex + hidden.length;
    assignment.lastIndex = copied;
  }
  return masked + text.slice(copied);
}

function isHiddenAssignment(key: string, argument: string): boolean {
  const value = argument.slice(key.length + 1);
  return value !== '' && isSecretKey(key) && !isWorkingFolder(key, value);
}

/** PWD is a secret in MYSQL_PWD, and a folder alone. */
function isWorkingFolder(key: string, value: string): boolean {
  return /^(?:OLD)?PWD$/i.test(key) && value.startsWith('/');
}
