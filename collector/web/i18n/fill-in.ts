// In: 'Profile of {name}' and { name: 'x' }. Out: 'Profile of x'. A name without a value stays as it is written.

export type MessageValues = Readonly<Record<string, string | number>>;

export function fillIn(message: string, values: MessageValues): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}
