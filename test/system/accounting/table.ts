// One line for each fault: what was generated, stored, declared, and there twice. It is printed, and written behind what
// is in the file that JIDI_ACCOUNTING_TABLE names.
import { appendFileSync } from 'node:fs';
import type { Account } from './account.ts';

export function noteRow(fault: string, { generated, stored, declared, duplicates }: Account): void {
  const line = `${fault}: generated ${generated} = stored ${stored} + declared ${declared}, duplicates ${duplicates}`;
  process.stdout.write(`${line}\n`);
  const path = process.env['JIDI_ACCOUNTING_TABLE'];
  if (path === undefined) return;
  const cells = [fault, generated, stored, declared, duplicates].join(' | ');
  appendFileSync(path, `| ${cells} |\n`);
}
