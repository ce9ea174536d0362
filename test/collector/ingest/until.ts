// Waits for something that happens by itself soon, and fails with its name when it does not.

export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 8000,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`did not come: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
