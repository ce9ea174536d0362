// A choice of the person, kept in this browser. Browsers that keep nothing are served all the same.

export function readChoice<C extends string>(key: string, choices: readonly C[]): C | null {
  try {
    const kept = localStorage.getItem(key);
    return choices.find((choice) => choice === kept) ?? null;
  } catch {
    // Storage may be forbidden; then nothing was chosen.
    return null;
  }
}

export function writeChoice(key: string, choice: string): void {
  try {
    localStorage.setItem(key, choice);
  } catch {
    // Storage may be forbidden or full; the choice then lasts as long as the page.
  }
}
