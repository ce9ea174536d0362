// The facts of https://www.speedscope.app/file-format-schema.json about files with sampled profiles. In: a value. Out: what is
// wrong with it, nothing when it is such a file.
import { Type } from 'typebox';
import { Errors } from 'typebox/value';

const Frame = Type.Object({
  name: Type.String(),
  file: Type.Optional(Type.String()),
  line: Type.Optional(Type.Number()),
  col: Type.Optional(Type.Number()),
});

const units = ['bytes', 'microseconds', 'milliseconds', 'nanoseconds', 'none', 'seconds'] as const;

const SampledProfile = Type.Object({
  type: Type.Literal('sampled'),
  name: Type.String(),
  unit: Type.Union(units.map((unit) => Type.Literal(unit))),
  startValue: Type.Number(),
  endValue: Type.Number(),
  samples: Type.Array(Type.Array(Type.Number())),
  weights: Type.Array(Type.Number()),
});

const File = Type.Object({
  $schema: Type.Literal('https://www.speedscope.app/file-format-schema.json'),
  shared: Type.Object({ frames: Type.Array(Frame) }),
  profiles: Type.Array(SampledProfile),
  name: Type.Optional(Type.String()),
  activeProfileIndex: Type.Optional(Type.Number()),
  exporter: Type.Optional(Type.String()),
});

export function faultsOfSpeedscope(value: unknown): readonly string[] {
  return Errors(File, value).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
