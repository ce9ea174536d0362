// A made-up answer of the size that a view of a profile may have at most: 200,000 branches on up to 500 levels, with long names.
import type { ProfileStacks } from '../../shared/api/profile-view.ts';
import { StacksBuilder } from '../../shared/stacks/stacks-builder.ts';

const modules = ['solver', 'libmpi.so.40', 'libc.so.6', '[kernel]', 'libfftw3.so.3', ''] as const;
const most = { branches: 200_000, functions: 20_000, levels: 500 } as const;

export function makeLargeStacks(): ProfileStacks {
  const random = randoms(7);
  const builder = new StacksBuilder();
  const functions = Array.from({ length: most.functions }, (_, number) =>
    builder.frame({
      function: `solver::kernel_${number}<std::vector<double>, ${'std::tuple<int, long>, '.repeat(number % 7)}void>`,
      module: modules[number % modules.length] ?? '',
    }),
  );
  let branches = 0;
  for (let round = 0; branches < most.branches; round += 1) {
    const depth = Math.floor(random() * (round % 40 === 0 ? most.levels : 40));
    let place = -1;
    for (let level = 0; level <= depth; level += 1) {
      // Near the root programs branch little.
      const wide = level < 5 ? 2 : 6;
      const id = functions[(level * 37 + Math.floor(random() * wide)) % functions.length] ?? 0;
      place = builder.branch(place, id);
      branches = Math.max(branches, place + 1);
    }
    builder.add(place, 1 + Math.floor(random() * 20));
  }
  const { frames, parents, frameIds, self, weight } = builder.build();
  return {
    functions: frames.map((frame) => frame.function),
    modules: frames.map(({ module }) => module),
    classes: frames.map(() => 'own-code'),
    parents: Array.from(parents),
    frameIds: Array.from(frameIds),
    self: Array.from(self),
    weight,
    branches,
    timed: false,
    sampleWeight: 1,
  };
}

/** The same ones each time: a linear congruential generator. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
