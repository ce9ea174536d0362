// In: a profile and its stacks. Out: JSON in the file format of speedscope.
// https://www.speedscope.app/file-format-schema.json
import type { Profile } from '../../../../shared/model/profile.ts';
import { mergeTrees, type SentTree } from '../../../../shared/stacks/stacks-builder.ts';
import { visible } from '../../../../shared/text.ts';
import { profileTitle } from './profile-title.ts';
import { frameName, restName, sampledStacks } from './sampled-stacks.ts';

export function formatSpeedscope(profile: Profile, tree: SentTree): string {
  const merged = mergeTrees([tree]);
  const { stacks, rest } = sampledStacks(merged);
  const frames = merged.frames.map((frame) => ({
    name: frameName(frame),
    ...(frame.module === '' ? {} : { file: visible(frame.module) }),
  }));
  const samples = stacks.map((stack) => stack.frameIds);
  const weights = stacks.map((stack) => stack.samples);
  if (rest > 0) {
    samples.push([frames.push({ name: restName }) - 1]);
    weights.push(rest);
  }
  const name = profileTitle(profile);
  return JSON.stringify({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'jidi',
    name,
    activeProfileIndex: 0,
    shared: { frames },
    profiles: [
      {
        type: 'sampled',
        name,
        unit: profile.unit === 'microseconds' ? 'microseconds' : 'none',
        startValue: 0,
        endValue: merged.weight,
        samples,
        weights,
      },
    ],
  });
}
