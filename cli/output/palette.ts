// Numbers of the 256 colours that terminals agree on: for heat, for classes of work, for more and less. Told apart also by
// people who see few colours; whoever draws with them says the same in characters or figures.

/** Black to yellow, as matplotlib's `inferno`. */
export const heatColors = [233, 17, 54, 89, 125, 167, 202, 214, 220, 229] as const;

/** The same for terminals without them: from nothing to full. */
export const heatCharacters = ' .:-=+*%#@';

export interface Paint {
  /** Behind the text. */
  readonly back: number;
  readonly fore: number;
}

const black = 16;
const white = 231;

/** Two shades each, for neighbours. */
const classColors: Readonly<Record<string, readonly [number, number]>> = {
  'own-code': [215, 216],
  mpi: [75, 111],
  'linear-algebra': [114, 150],
  fft: [149, 185],
  gpu: [112, 155],
  threads: [173, 180],
  io: [80, 116],
  allocation: [211, 218],
  runtime: [250, 252],
  kernel: [141, 183],
  waiting: [246, 248],
};
const otherColors = [187, 230] as const;

export function classPaint(name: string, shade: 0 | 1): Paint {
  return { back: (classColors[name] ?? otherColors)[shade], fore: black };
}

export function heatPaint(level: number): Paint {
  return { back: heatColors[level] ?? heatColors[0], fore: level > heatColors.length / 2 ? black : white };
}

const moreColors = [255, 224, 217, 210, 203, 196] as const;
const lessColors = [255, 189, 153, 111, 69, 27] as const;

/** Red for more, blue for less; `change` -1 to 1, a tenth is full. */
export function changePaint(change: number): Paint {
  const level = Math.min(5, Math.ceil(Math.abs(change) * 50));
  const back = (change < 0 ? lessColors : moreColors)[level] ?? 255;
  return { back, fore: level === 5 ? white : black };
}
