import { expect, test } from 'vitest';
import { loadAgentConfig } from '../../agent/config.ts';

test.each(['10.0.0.1:7301', 'collector.example:7301', '[fe80::1]:7301', '0.0.0.0:7301'])(
  'the collector %s is refused: what is sent is plain text',
  (collector) => {
    expect(() => loadAgentConfig(undefined, { collector })).toThrow(/another machine/);
  },
);

test.each(['127.0.0.1:7301', '127.9.9.9:1', 'localhost:7301', '[::1]:7301'])(
  'the collector %s is this machine',
  (collector) => {
    expect(loadAgentConfig(undefined, { collector })).toMatchObject({ collector });
  },
);
