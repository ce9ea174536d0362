// In: the catalogue of actions and the shipped policy. Out: the page of all actions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../../executor/catalogue.ts';
import { block, code, page, plain, section, table } from './markdown.ts';

const intro = [
  '`jidi run ACTION -w NODESET [-p NAME=VALUE]`. An action is one file in `executor/actions/`; nothing else can be run on a',
  'node. Whether a node does it is decided by its own policy file, which is read anew for every command and must belong',
  'to root or to the user of the executor and not be writable by group or others. A file that is not clear refuses all.',
].join('\n');

export function actionsPage(): string {
  const shipped = readFileSync(join(import.meta.dirname, '../../executor/policy.json'), 'utf8');
  const sections = catalogue.map((action) => section(action.name, ...describe(action)));
  return page(
    'Actions',
    intro,
    ...sections,
    section(
      'The shipped policy',
      '`version` is 1. `denyAll: true` refuses every command. An action without an entry is refused.',
      block(shipped),
    ),
  );
}

function describe({
  name,
  description,
  changesNode,
  parameters,
  settings,
}: (typeof catalogue)[number]): readonly string[] {
  const effect = changesNode
    ? 'Changes the node: off in the shipped policy, one at a time on a node, confirmed by a person or by `-y`.'
    : 'Harmless.';
  const parameterRows = parameters.map((parameter) => [
    code(parameter.name),
    parameter.required ? 'yes' : 'no',
    code(parameter.pattern),
    plain(parameter.description),
  ]);
  const at = `actions."${name}"`;
  const settingRows = [
    [code(`${at}.allow`), '`true` or `false`'],
    ...settings.map((setting) => [
      code(`${at}.${setting.name}`),
      `list of 1 to 64 texts${setting.nullable ? ', or `null`' : ''}`,
    ]),
  ];
  return [
    `${plain(description)}. ${effect}`,
    table(['Parameter', 'Needed', 'Pattern', 'Meaning'], parameterRows),
    table(['Key of the policy', 'Value'], settingRows),
  ];
}
