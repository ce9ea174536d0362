// In: a table of what kind of work functions are, in YAML. Out: its rules, in their order.
// It refuses (StartError) what it cannot read, with the line and what is allowed there. Bounds: 1 MiB, 2,000 rules, 20,000 names.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { errorMessage, StartError } from '../../../shared/errors.ts';
import type { ClassRule } from '../../../shared/stacks/function-class.ts';
import { truncate, visible } from '../../../shared/text.ts';

const limits = { bytes: 1024 * 1024, rules: 2000, names: 20_000, nameLength: 256 } as const;

/** Beside this source in a checkout, beside the bundle when installed. */
export const shippedClassesFile = join(import.meta.dirname, 'function-classes.yaml');

/** An empty path: the table that came with the program. */
export function readFunctionClasses(path = ''): readonly ClassRule[] {
  const file = path === '' ? shippedClassesFile : path;
  const remedy = 'Mend it after the example of the table that came with the program, or leave the key out.';
  try {
    if (statSync(file).size > limits.bytes) throw new Error(`more than ${limits.bytes} bytes`);
    return parseFunctionClasses(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof StartError) {
      throw new StartError(`function classes ${file} ${error.message}`, error.remedy, { cause: error });
    }
    throw new StartError(`function classes ${file}: ${errorMessage(error)}`, remedy, { cause: error });
  }
}

/** Its errors begin with the line. */
export function parseFunctionClasses(text: string): readonly ClassRule[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    throw refusal(lines.linePos(error.pos[0]).line, error.message, 'Write it as YAML.');
  }
  const lineOf = (node: ParsedNode | null): number => lines.linePos(node?.range[0] ?? 0).line;
  const rules = document.contents;
  if (!isSeq<ParsedNode>(rules)) throw refusal(lineOf(rules), 'no list of rules', ruleRemedy);
  if (rules.items.length > limits.rules) {
    throw refusal(lineOf(rules), `${rules.items.length} rules`, `Write at most ${limits.rules}.`);
  }
  const parsed = rules.items.map((rule) => parseRule(rule, lineOf));
  const names = parsed.reduce(
    (sum, { modules = [], functions = [] }) => sum + modules.length + functions.length,
    0,
  );
  if (names > limits.names) throw refusal(lineOf(rules), `${names} names`, `Write at most ${limits.names}.`);
  return parsed;
}

type LineOf = (node: ParsedNode | null) => number;

const ruleRemedy = 'Allowed: - class: NAME, with modules: [NAME, …], functions: [NAME, …] or both.';
const classPattern = /^[a-z][a-z0-9-]{0,31}$/;

function parseRule(rule: ParsedNode, lineOf: LineOf): ClassRule {
  if (!isMap<ParsedNode, ParsedNode | null>(rule)) throw refusal(lineOf(rule), 'no rule', ruleRemedy);
  let name: string | undefined;
  const begins: { modules?: readonly string[]; functions?: readonly string[] } = {};
  for (const { key, value } of rule.items) {
    const word = isScalar(key) ? key.value : undefined;
    if (word === 'class') name = parseClass(value, lineOf(key), lineOf);
    else if (word === 'modules' || word === 'functions')
      begins[word] = parseNames(value, { word, lineOf, line: lineOf(key) });
    else throw refusal(lineOf(key), `${shown(word)}: unknown`, ruleRemedy);
  }
  if (name === undefined) throw refusal(lineOf(rule), 'class: missing', ruleRemedy);
  if (begins.modules === undefined && begins.functions === undefined) {
    throw refusal(lineOf(rule), 'neither modules nor functions: it would fit everything', ruleRemedy);
  }
  return { class: name, ...begins };
}

function parseClass(node: ParsedNode | null, line: number, lineOf: LineOf): string {
  const name = isScalar(node) ? node.value : undefined;
  if (typeof name === 'string' && classPattern.test(name)) return name;
  throw refusal(
    node === null ? line : lineOf(node),
    `class ${shown(name)}: not a class`,
    'Allowed: a small letter, then at most 31 small letters, digits and hyphens.',
  );
}

function parseNames(
  node: ParsedNode | null,
  { word, line, lineOf }: { readonly word: string; readonly line: number; readonly lineOf: LineOf },
): readonly string[] {
  const remedy = `Allowed: a list of begins of names, each of 1 to ${limits.nameLength} characters.`;
  if (!isSeq<ParsedNode>(node) || node.items.length === 0) throw refusal(line, `${word}: no list`, remedy);
  return node.items.map((item) => {
    const name = isScalar(item) ? item.value : undefined;
    if (typeof name === 'string' && name !== '' && name.length <= limits.nameLength) return name;
    throw refusal(lineOf(item), `${word}: ${shown(name)} is no name`, remedy);
  });
}

function shown(value: unknown): string {
  return truncate(visible(String(value)), 60);
}

function refusal(line: number, what: string, remedy: string): StartError {
  return new StartError(`line ${line}: ${what}`, remedy);
}
