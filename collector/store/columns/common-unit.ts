// In: whole numbers. Out: the greatest one of which all are multiples: pages, sectors, the step of a sensor. 1 where it is too
// large to be worth telling, or all are 0.
const maxUnit = 2 ** 32;

export function commonUnit(arrays: readonly Float64Array[]): number {
  let unit = 0;
  for (const numbers of arrays) {
    for (let place = 0; place < numbers.length && unit !== 1; place += 1) {
      const number = Math.abs(numbers[place] ?? 0);
      // A remainder takes longer than a quotient, and most often there is none.
      if (number === 0 || (unit > 0 && Number.isInteger(number / unit))) continue;
      let rest = unit === 0 ? 0 : number % unit;
      if (unit === 0) unit = number;
      while (rest !== 0) [unit, rest] = [rest, unit % rest];
    }
  }
  return unit > 0 && unit < maxUnit ? unit : 1;
}

/** In place. */
export function divide(numbers: Float64Array, unit: number): void {
  if (unit === 1) return;
  for (let place = 0; place < numbers.length; place += 1) numbers[place] = (numbers[place] ?? 0) / unit;
}
