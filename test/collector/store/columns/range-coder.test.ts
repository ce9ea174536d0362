import { expect, test } from 'vitest';
import {
  ChoiceModel,
  CountedChoice,
  NumberModel,
  RunningNumbers,
} from '../../../../collector/store/columns/number-model.ts';
import { RangeReader, RangeWriter } from '../../../../collector/store/columns/range-coder.ts';
import { randomFrom } from '../profiles/stack-trees.ts';

test.each([1, 2, 3, 4, 5, 6])('what one model writes another one reads: mix %i', (seed) => {
  const random = randomFrom(seed);
  const length = Math.floor(random() * 4000);
  const most = seed % 2 === 0 ? 2 ** 53 - 2 : 1000;
  const numbers = Array.from({ length }, () => Math.floor(random() ** seed * most));
  const choices = numbers.map((number) => number % 777);
  const counts = new Float64Array(777);
  for (const choice of choices) counts[choice] = (counts[choice] ?? 0) + 1;
  const createModels = () => ({
    number: new NumberModel(2),
    running: new RunningNumbers(),
    choice: new ChoiceModel(777),
    counted: new CountedChoice(counts),
  });
  const coder = new RangeWriter();
  const written = createModels();
  for (const [place, number] of numbers.entries()) {
    const choice = choices[place] ?? 0;
    written.number.write(coder, number, place % 2);
    written.running.write(coder, number);
    written.choice.write(coder, choice);
    written.counted.write(coder, choice);
    written.counted.pass(choice);
  }
  const reader = new RangeReader(coder.end());
  const read = createModels();
  for (const [place, number] of numbers.entries()) {
    expect(read.number.read(reader, place % 2)).toBe(number);
    expect(read.running.read(reader)).toBe(number);
    expect(read.choice.read(reader)).toBe(choices[place]);
    const choice = read.counted.read(reader);
    expect(choice).toBe(choices[place]);
    read.counted.pass(choice);
  }
});

test('the edges of what a number can be', () => {
  const edges = [0, 1, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 31, 2 ** 49 - 2, 2 ** 49 - 1, 2 ** 52, 2 ** 53 - 2];
  const coder = new RangeWriter();
  const written = new NumberModel();
  for (const edge of edges) written.write(coder, edge);
  const reader = new RangeReader(coder.end());
  const read = new NumberModel();
  expect(edges.map(() => read.read(reader))).toEqual(edges);
});

test('a bit that is always the same costs next to nothing, bytes that are cut off are read as some numbers', () => {
  const coder = new RangeWriter();
  const model = new ChoiceModel(1024);
  for (let time = 0; time < 10_000; time += 1) model.write(coder, 5);
  const bytes = coder.end();
  expect(bytes.length).toBeLessThan(300);
  const reader = new RangeReader(bytes.subarray(0, 3));
  const other = new ChoiceModel(1024);
  for (let time = 0; time < 10_000; time += 1) expect(other.read(reader)).toBeLessThan(1024);
});
