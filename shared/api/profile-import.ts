// Profiles that other programs recorded, over HTTP: what is told beside the file, which is the body of the request.
import { type Static, Type } from 'typebox';
import { type ProfileEvent, profileEvents, profileLimits } from '../model/profile.ts';

export const importFormats = ['folded', 'pprof', 'speedscope'] as const;
export type ImportFormat = (typeof importFormats)[number];

export const importLimits = {
  /** Of the body; it may be gzipped. */
  fileBytes: 64 * 1024 * 1024,
  /** How it may be called, characters. */
  name: profileLimits.fileName,
} as const;

/** The first is what a file may always be sent as. */
export const importTypes = ['application/octet-stream', 'text/plain'] as const;

export const ImportParameters = Type.Object(
  {
    format: Type.Unsafe<ImportFormat>(
      Type.Union(
        importFormats.map((word) => Type.Literal(word)),
        { description: 'File format; each may be gzipped.' },
      ),
    ),
    name: Type.String({ minLength: 1, maxLength: importLimits.name, description: 'What to call it.' }),
    frequency: Type.Optional(
      Type.Integer({
        minimum: profileLimits.frequencyHz.min,
        maximum: profileLimits.frequencyHz.max,
        default: profileLimits.frequencyHz.default,
        description: 'At which it was sampled, Hz; for files that do not tell it.',
      }),
    ),
    event: Type.Optional(
      Type.Unsafe<ProfileEvent>(
        Type.Union(
          profileEvents.map((word) => Type.Literal(word)),
          {
            default: 'cpu-clock',
            description:
              'What was sampled, for files that do not tell it: counts of `wall` are microseconds, those of `cpu-clock` samples.',
          },
        ),
      ),
    ),
  },
  { additionalProperties: false },
);
export type ImportParameters = Static<typeof ImportParameters>;
