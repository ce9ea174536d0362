// In: the node's policy file, read anew for every request. Out: what it says about each action.
// A file that is not perfectly clear refuses everything, with the key that is wrong; nothing comes from the network.
import type { Action, ActionPolicy } from './action.ts';
import { errorText, Refusal } from './refusal.ts';
import { readTrustedFile } from './trusted-file.ts';

export interface Policy {
  readonly denyAll: boolean;
  readonly actions: ReadonlyMap<string, ActionPolicy>;
}

export function loadPolicy(path: string, catalogue: readonly Action[]): Policy {
  return parsePolicy(readTrustedFile(path), path, catalogue);
}

/** What the policy says about the action, or a Refusal that says where to change it. */
export function requireAllowed(policy: Policy, action: Action, path: string): ActionPolicy {
  if (policy.denyAll) {
    throw new Refusal(
      'policy-denied',
      `The policy of this node refuses every command (denyAll in ${path}).`,
      `To allow commands on this node, set denyAll to false in ${path}.`,
    );
  }
  const entry = policy.actions.get(action.name);
  if (entry?.allow !== true) {
    throw new Refusal(
      'policy-denied',
      `The policy of this node does not allow ${action.name}.`,
      `To allow it on this node, set actions."${action.name}".allow to true in ${path}.`,
    );
  }
  return entry;
}

function parsePolicy(text: string, path: string, catalogue: readonly Action[]): Policy {
  const wrong = (what: string): Refusal =>
    new Refusal(
      'policy-unusable',
      `The policy ${path} refuses every command because ${what}.`,
      `Mend ${path} on this node.`,
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw wrong(`it is not JSON: ${errorText(error)}`);
  }
  const root = mapping(parsed, 'the top level', ['version', 'denyAll', 'actions'], wrong);
  if (root.version !== 1) throw wrong('version is not 1');
  if (typeof root.denyAll !== 'boolean') throw wrong('denyAll is neither true nor false');
  const known = catalogue.map((action) => action.name);
  const entries = mapping(root.actions, 'actions', known, wrong);
  const actions = new Map<string, ActionPolicy>();
  for (const action of catalogue) {
    if (Object.hasOwn(entries, action.name)) {
      actions.set(action.name, parseEntry(entries[action.name], action, wrong));
    }
  }
  return { denyAll: root.denyAll, actions };
}

type Wrong = (what: string) => Refusal;

function parseEntry(value: unknown, action: Action, wrong: Wrong): ActionPolicy {
  const at = `actions."${action.name}"`;
  const keys = ['allow', ...action.settings.map((setting) => setting.name)];
  const entry = mapping(value, at, keys, wrong);
  if (typeof entry.allow !== 'boolean') throw wrong(`${at}.allow is neither true nor false`);
  const settings: Record<string, readonly string[] | null> = {};
  for (const { name, nullable } of action.settings) {
    const setting = entry[name] ?? null;
    if (setting === null && !nullable) throw wrong(`${at}.${name} is missing`);
    if (setting !== null && !isTextList(setting)) {
      throw wrong(`${at}.${name} is not a list of 1 to 64 texts of up to 4096 characters`);
    }
    settings[name] = setting;
  }
  return { allow: entry.allow, settings };
}

function mapping(value: unknown, at: string, keys: readonly string[], wrong: Wrong): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(`${at} is not a JSON object`);
  }
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) {
      throw wrong(`${at} has the unknown key ${JSON.stringify(key)} (known: ${keys.join(', ')})`);
    }
  }
  return value as Record<string, unknown>;
}

function isTextList(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= 64 &&
    value.every((text) => typeof text === 'string' && text.length <= 4096 && !text.includes('\0'))
  );
}
