// Parameters against the action's definition: the same check at the collector (early, kind) and here (final).
import type { ActionDefinition } from './action.ts';

/** The sentence of what is wrong, naming the parameter and what is allowed; undefined when all is well. */
export function parameterFault(
  action: ActionDefinition,
  parameters: Readonly<Record<string, string>>,
): string | undefined {
  const known = action.parameters.map((parameter) => parameter.name);
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const allowed = known.length === 0 ? 'none' : known.join(', ');
    return `${action.name} has no parameter ${JSON.stringify(unknown)}; it takes: ${allowed}.`;
  }
  for (const { name, description, pattern, required } of action.parameters) {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) {
      if (required) return `${action.name} needs the parameter ${name}.`;
    } else if (!new RegExp(pattern).test(value)) {
      return `Parameter ${name} of ${action.name} must match ${pattern}: ${description}.`;
    }
  }
  return undefined;
}
