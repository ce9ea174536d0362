// In: an object and some functions. Out: the same object with these functions in place of its own.
// The object may be one that makes its functions only when they are asked for, as the calls to a thread.
export function overlay<T extends object, O extends object>(base: T, over: O): Omit<T, keyof O> & O {
  const both: unknown = new Proxy(base, {
    get: (target, name, receiver): unknown =>
      Object.hasOwn(over, name) ? Reflect.get(over, name) : Reflect.get(target, name, receiver),
  });
  return both as Omit<T, keyof O> & O;
}
