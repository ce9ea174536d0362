// Completions of jidi for bash, zsh and fish. In: its command line as a tree. Out: one file for each shell. All three know
// commands, options and fixed choices by themselves; names of nodes are asked of the collector, for two seconds at most.
import type { CommandHelp, OptionHelp } from './command-tree.ts';

/** How every shell asks; a collector that is slow, away or wants a login gives no names and no message. */
const askNodes = 'timeout 2 jidi node ls -o csv --no-headers 2>/dev/null </dev/null | cut -d, -f1';

const zshNodes = `nodes=(\${(f)"$(${askNodes})"}); compadd -- $nodes`;

/** Arguments and values that are names of nodes. */
const isNode = (name: string): boolean => /^(node|nodes|nodeset|node-set)$/.test(name);

export function bashCompletion(tree: CommandHelp): string {
  const cases = everyCommand(tree).map((command) =>
    branch([pathText(command)], `words=${single(wordsOf(command, tree).join(' '))}`),
  );
  const values = optionsWithChoices(tree).map(({ names, choices }) =>
    branch(names, `words=${single(choices.join(' '))}`),
  );
  return `# bash completion for jidi
_jidi() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" place=jidi words= each index
  for ((index = 1; index < COMP_CWORD; index++)); do
    each="\${COMP_WORDS[index]}"
    case " ${everyCommand(tree).map(pathText).join(' ')} " in *" \${place}:\${each} "*) place="\${place}:\${each}" ;; esac
  done
  case "$before" in
${values.join('\n')}
${branch(nodeOptions(tree), `words="$(${askNodes})"`)}
${branch(valueOptions(tree), 'COMPREPLY=($(compgen -f -- "$current")); return')}
  esac
  if [[ -z "$words" ]]; then
    case "$place" in
${cases.join('\n')}
    esac
    case "$place" in
${branch(nodeCommands(tree).map(pathText), `[[ "$current" == -* ]] || words="$(${askNodes})"`)}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _jidi jidi
`;
}

export function zshCompletion(tree: CommandHelp): string {
  const cases = everyCommand(tree).map((command) => {
    const subs = command.commands.map((child) => described(child.path.at(-1) ?? '', child.text));
    const options = [...command.options, ...globalOptions(command, tree)].flatMap(({ names, text }) =>
      names.map((name) => described(name, text)),
    );
    return branch([pathText(command)], `commands=(${subs.join(' ')}); options=(${options.join(' ')})`);
  });
  const values = optionsWithChoices(tree).map(({ names, choices }) =>
    branch(names, `compadd -- ${choices.join(' ')}; return`),
  );
  return `#compdef jidi
# zsh completion for jidi
_jidi() {
  local place=jidi each
  local -a commands options nodes
  for each in "\${(@)words[2,CURRENT-1]}"; do
    case " ${everyCommand(tree).map(pathText).join(' ')} " in *" \${place}:\${each} "*) place="\${place}:\${each}" ;; esac
  done
  case "\${words[CURRENT-1]}" in
${values.join('\n')}
${branch(nodeOptions(tree), `${zshNodes}; return`)}
${branch(valueOptions(tree), '_files; return')}
  esac
  case "$place" in
${cases.join('\n')}
  esac
  if [[ "$PREFIX" == -* ]]; then
    _describe -o option options
  elif (( $#commands )); then
    _describe command commands
  else
    case "$place" in
${branch(nodeCommands(tree).map(pathText), zshNodes)}
    esac
  fi
}
_jidi "$@"
`;
}

export function fishCompletion(tree: CommandHelp): string {
  const lines = everyCommand(tree).flatMap((command) => {
    const here = `-n '__jidi_at ${pathText(command)}'`;
    const subs = command.commands.map(
      (child) => `complete -c jidi -f ${here} -a ${child.path.at(-1)} -d ${single(child.text)}`,
    );
    const options = command.options.map((option) => fishOption(option, command === tree ? '' : ` ${here}`));
    return [...subs, ...options];
  });
  const nodes = nodeCommands(tree).map(
    (command) => `complete -c jidi -f -n '__jidi_at ${pathText(command)}' -a '(__jidi_nodes)'`,
  );
  return `# fish completion for jidi
function __jidi_nodes
    ${askNodes.replace('2>/dev/null </dev/null', '2>/dev/null')}
end
function __jidi_at
    set -l place jidi
    for each in (commandline -opc)[2..-1]
        contains -- $place:$each ${everyCommand(tree).map(pathText).join(' ')}; and set place $place:$each
    end
    test $place = $argv[1]
end
complete -c jidi -f
${[...lines, ...nodes].join('\n')}
`;
}

function fishOption({ names, text, takesValue, choices, flags }: OptionHelp, where: string): string {
  const how = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = choices.length > 0 ? ` -x -a ${single(choices.join(' '))}` : valueOf(flags, takesValue);
  return `complete -c jidi${where} ${how.join(' ')}${value} -d ${single(text)}`;
}

function valueOf(flags: string, takesValue: boolean): string {
  if (!takesValue) return '';
  return isNode(valueName(flags)) ? " -x -a '(__jidi_nodes)'" : ' -r -F';
}

/** The program itself and all below it. */
function everyCommand(command: CommandHelp): readonly CommandHelp[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function pathText({ path }: CommandHelp): string {
  return path.join(':');
}

/** One branch of a shell's case; none where nothing could match. */
function branch(patterns: readonly string[], then: string): string {
  return patterns.length === 0 ? '' : `    ${patterns.join('|')}) ${then} ;;`;
}

function wordsOf(command: CommandHelp, tree: CommandHelp): readonly string[] {
  const options = [...command.options, ...globalOptions(command, tree)].flatMap(({ names }) => names);
  const fixed = command.arguments.flatMap(({ choices }) => choices);
  return [...command.commands.map(({ path }) => path.at(-1) ?? ''), ...fixed, ...new Set(options)];
}

function globalOptions(command: CommandHelp, tree: CommandHelp): readonly OptionHelp[] {
  const own = new Set(command.options.flatMap(({ names }) => names));
  return command === tree ? [] : tree.options.filter(({ names }) => !names.some((name) => own.has(name)));
}

function everyOption(tree: CommandHelp): readonly OptionHelp[] {
  return everyCommand(tree).flatMap(({ options }) => options);
}

/** By their names; the same option of several commands comes once, with all its choices. */
function optionsWithChoices(
  tree: CommandHelp,
): readonly { names: readonly string[]; choices: readonly string[] }[] {
  const known = new Map<string, { names: readonly string[]; choices: readonly string[] }>();
  for (const { names, choices } of everyOption(tree)) {
    if (choices.length === 0) continue;
    const key = names.join();
    known.set(key, { names, choices: [...new Set([...(known.get(key)?.choices ?? []), ...choices])] });
  }
  return [...known.values()];
}

function nodeOptions(tree: CommandHelp): readonly string[] {
  return namesOf(everyOption(tree).filter(({ flags }) => isNode(valueName(flags))));
}

/** Those with a free value. */
function valueOptions(tree: CommandHelp): readonly string[] {
  const chosen = new Set([...optionsWithChoices(tree).flatMap(({ names }) => names), ...nodeOptions(tree)]);
  return namesOf(everyOption(tree).filter(({ takesValue }) => takesValue)).filter(
    (name) => !chosen.has(name),
  );
}

function namesOf(options: readonly OptionHelp[]): readonly string[] {
  return [...new Set(options.flatMap(({ names }) => names))];
}

/** Commands whose first argument is a node. */
function nodeCommands(tree: CommandHelp): readonly CommandHelp[] {
  return everyCommand(tree).filter((command) => isNode(command.arguments[0]?.name ?? ''));
}

function valueName(flags: string): string {
  return /[<[]([^>\]]+)[>\]]/.exec(flags)?.[1] ?? '';
}

function described(word: string, text: string): string {
  return single(`${word.replaceAll(':', '\\:')}:${text.replaceAll('\n', ' ')}`);
}

function single(text: string): string {
  return `'${text.replaceAll("'", "'\\''").replaceAll('\n', ' ')}'`;
}
