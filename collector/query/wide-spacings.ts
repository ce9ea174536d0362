// In: the values of evenly spaced buckets. Out: the same, where a node measured less often than the buckets are long: a
// bucket without a sample then shows what the next sample says, for that one stands for the time since the one before.
// A gap stays a gap: only neighbours that lie as far apart tell that there is none.

/** An agent does not widen its interval beyond this: wider spacings are always gaps. */
const widestIntervalMs = 60_000;
const tolerance = 1.5;

/** So many buckets before those that are asked for tell whether the first of these lie in a wide spacing. */
export function leadBuckets(stepMs: number): number {
  return stepMs < widestIntervalMs ? Math.ceil(widestIntervalMs / stepMs) : 0;
}

/** Fills `values` in place; `counts` tells which buckets have samples. */
export function bridgeWideSpacings(values: Float64Array, counts: Float64Array, stepMs: number): void {
  if (stepMs >= widestIntervalMs) return;
  const filled = placesWithSamples(counts);
  const widest = widestIntervalMs / stepMs;
  const spacingAt = (index: number): number => {
    const spacing = (filled[index] ?? Number.NaN) - (filled[index - 1] ?? Number.NaN);
    return spacing <= widest ? spacing : 0;
  };
  for (let index = 1; index < filled.length; index += 1) {
    const spacing = spacingAt(index);
    if (spacing < 2) continue;
    const left = usualSpacing(spacingAt(index - 1), spacingAt(index - 2));
    const right = usualSpacing(spacingAt(index + 1), spacingAt(index + 2));
    if (spacing > Math.max(left, right)) continue;
    const place = filled[index] ?? 0;
    values.fill(values[place] ?? Number.NaN, place - spacing + 1, place);
  }
}

/** Ticks and buckets do not keep step: a spacing of one and a half buckets is seen as one and two in turn. */
function usualSpacing(nearest: number, next: number): number {
  return Math.max(tolerance * nearest, next === 0 ? 0 : (nearest + next + 1) / 2);
}

function placesWithSamples(counts: Float64Array): Int32Array {
  const places = new Int32Array(counts.length);
  let length = 0;
  for (let place = 0; place < counts.length; place += 1) {
    if ((counts[place] ?? 0) > 0) {
      places[length] = place;
      length += 1;
    }
  }
  return places.subarray(0, length);
}
