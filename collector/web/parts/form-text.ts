// The text of a field. In: what a form holds. Out: text; '' where there is none.

export function formText(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === 'string' ? value : '';
}
