// In: values that most often are whole numbers divided by 10^decimals. Out: 10^decimals when all of them are, so that
// they can be added as whole numbers without rounding; else 1.

const maxSum = 2 ** 52;

export function exactScale(decimals: number | undefined, columns: readonly Float64Array[]): number {
  if (decimals === undefined || decimals === 0) return 1;
  const scale = 10 ** decimals;
  for (const values of columns) {
    const most = maxSum / Math.max(1, values.length);
    for (let place = 0; place < values.length; place += 1) {
      const value = values[place] ?? 0;
      if (value !== value) continue;
      const whole = Math.round(value * scale);
      if (whole / scale !== value || whole > most || whole < -most) return 1;
    }
  }
  return scale;
}

export function divide(values: Float64Array, scale: number): void {
  for (let place = 0; place < values.length; place += 1) values[place] = (values[place] ?? 0) / scale;
}
