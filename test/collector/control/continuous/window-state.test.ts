import { expect, test } from 'vitest';
import { stateOfWindow } from '../../../../collector/control/continuous/window-state.ts';
import { finishedProfile } from '../../store/profiles/stack-trees.ts';

const reason = { code: 'no-answer', message: 'n2 is silent', remedy: 'Look at it.' } as const;
const parts = (samples: number) => [
  { ...finishedProfile('a'), node: 'n1' },
  { ...finishedProfile('b'), node: 'n2', status: 'failed' as const, samples, reason },
];

test.each([
  [0, '1 of 2 nodes are missing: n2; n2 is silent'],
  [7, '1 of 2 nodes are missing: n2; n2 is silent; 7 samples that they had told before count'],
])('of a node that failed after %i samples it says what counts', (samples, message) => {
  expect(stateOfWindow(parts(samples))).toMatchObject({ status: 'partial', reason: { message } });
});
