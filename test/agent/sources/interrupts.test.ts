// Sums over cores whose counters overflow, come and go.
import { expect, test } from 'vitest';
import { createInterruptsSource } from '../../../agent/sources/processor/interrupts.ts';
import { editMachine, readValues } from './edited-machine.ts';

const local = 'jidi_interrupts_total{kind="LOC"}';

function create(): { readonly after: (text: string) => number | undefined } {
  const machine = editMachine('vm');
  const source = createInterruptsSource(machine.host);
  return {
    after(text) {
      machine.write('proc/interrupts', text);
      return readValues(source).get(local);
    },
  };
}

test('a counter that overflows its 32 bits goes on', () => {
  const { after } = create();
  expect(after('  CPU0 CPU1\nLOC: 4294967290 100 Local timer interrupts\n')).toBe(4_294_967_390);
  expect(after('  CPU0 CPU1\nLOC: 4 101 Local timer interrupts\n')).toBe(4_294_967_401);
});

test('a counter that falls from a low count has not overflowed: the total stands', () => {
  const { after } = create();
  expect(after('  CPU0 CPU1\nLOC: 1000 100 Local timer interrupts\n')).toBe(1100);
  expect(after('  CPU0 CPU1\nLOC: 10 100 Local timer interrupts\n')).toBe(1100);
  expect(after('  CPU0 CPU1\nLOC: 15 100 Local timer interrupts\n')).toBe(1105);
});

test('when other cores are online the total goes on from where it was', () => {
  const { after } = create();
  expect(after('  CPU0 CPU1\nLOC: 1000 100 Local timer interrupts\n')).toBe(1100);
  expect(after('  CPU0\nLOC: 1002 Local timer interrupts\n')).toBe(1100);
  expect(after('  CPU0\nLOC: 1005 Local timer interrupts\n')).toBe(1103);
});

test('a row that lacks a column, or goes on with other words, is absent', () => {
  const { after } = create();
  expect(after('  CPU0 CPU1\nLOC: 1000 Local timer interrupts\n')).toBeUndefined();
  expect(after('  CPU0 CPU1\nLOC: 1 2 Local timer interrupts of a new kind\n')).toBeUndefined();
  expect(after('  CPU0 CPUx\nLOC: 1 2 Local timer interrupts\n')).toBeUndefined();
});

test('rows are known by what they are, also without a space behind the colon', () => {
  const { after } = create();
  expect(after('  CPU0 CPU1\n 11:4000000000 2 GICv3 30 Level     arch_timer\n')).toBe(4_000_000_002);
  expect(after('  CPU0 CPU1\n 11: 1 2 GICv3 30 Level     search_timer\n')).toBeUndefined();
});
