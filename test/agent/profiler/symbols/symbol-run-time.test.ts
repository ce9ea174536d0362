import { expect, test } from 'vitest';
import { runTimeFrame } from '../../../../agent/profiler/symbols/symbol-run-time.ts';

test.each([
  ['py::sweep:/opt/model/heat.py', 'sweep', 'heat.py'],
  ['py::Grid.sweep:/opt/a b/heat.py', 'Grid.sweep', 'heat.py'],
  ['py::<module>:<frozen importlib._bootstrap>', '<module>', '<frozen importlib._bootstrap>'],
  ['JS:*sweep file:///opt/model/heat.mjs:6:15', 'sweep', 'heat.mjs'],
  ['JS:~sweep file:///opt/model/heat.mjs:6:15', 'sweep', 'heat.mjs'],
  ['JS:^get sum /opt/heat.js:6:15', 'get sum', 'heat.js'],
  ['JS:*emit node:events:495:44', 'emit', 'node:events'],
  ['LazyCompile:*sweep /opt/model/heat.js:6:15', 'sweep', 'heat.js'],
  ['JS:* file:///opt/model/heat.mjs:61:15', '(anonymous:61)', 'heat.mjs'],
])('%s is %s of %s', (name, fn, module) => {
  expect(runTimeFrame(name)).toEqual({ function: fn, module });
});

test.each([
  'Ljava/lang/String;::hashCode',
  'Builtin:InterpreterEntryTrampoline',
  'py::',
  'JS:*',
  'JS:*x',
  '',
])('%o says no file', (name) => {
  expect(runTimeFrame(name)).toBeUndefined();
});

test.each([`JS:*${' a'.repeat(255)}`, `py::${':'.repeat(500)}`, `JS:${'*:1'.repeat(170)}`])(
  '%s is read to its end',
  (name) => {
    expect(runTimeFrame(name)).toBeUndefined();
  },
);
