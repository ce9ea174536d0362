import { expect, test } from 'vitest';
import { loadAgentConfig } from '../../agent/config.ts';

test.each(['10.0.0.1:7301', 'collector.example:7301', '[fe80::1]:7301', '0.0.0.0:7301'])(
  'the collector %s is refused in plain text, and taken with certificates',
  (collector) => {
    const collectors = [collector];
    expect(() => loadAgentConfig(undefined, { collectors, plain: true })).toThrow(/another machine/);
    expect(loadAgentConfig(undefined, { collectors })).toMatchObject({ collectors, plain: false });
  },
);

test.each(['127.0.0.1:7301', '127.9.9.9:1', 'localhost:7301', '[::1]:7301'])(
  'the collector %s is this machine, and may be spoken to in plain text',
  (collector) => {
    expect(loadAgentConfig(undefined, { collectors: [collector], plain: true })).toMatchObject({
      collectors: [collector],
    });
  },
);

test('several collectors are taken in their order; none, or one that is no address, is refused', () => {
  const collectors = ['head-1:7301', 'head-2:7301'];
  expect(loadAgentConfig(undefined, { collectors })).toMatchObject({ collectors });
  for (const wrong of [[], ['head-1'], ['head-1:7301', 'head 2:1']]) {
    expect(() => loadAgentConfig(undefined, { collectors: wrong })).toThrow(/configuration key collectors/);
  }
});
