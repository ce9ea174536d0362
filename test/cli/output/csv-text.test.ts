import { describe, expect, it } from 'vitest';
import { csvLine } from '../../../cli/output/csv-text.ts';

describe('csvLine', () => {
  it('quotes commas and quotes as RFC 4180 says', () => {
    expect(csvLine(['a,b', 'say "x"', 'plain', '', null, true])).toBe('"a,b","say ""x""",plain,,,true\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)'])('keeps a spreadsheet from computing %j', (text) => {
    expect(csvLine([text])).toBe(`'${text}\r\n`);
  });

  it('leaves numbers alone', () => {
    expect(csvLine([-5, 0.25, 1e21])).toBe('-5,0.25,1e+21\r\n');
  });

  it('shows control characters harmlessly and keeps line feeds only where they are wanted', () => {
    expect(csvLine(['a\x1b[2J\nb', 'c\n\u202ed'], [false, true])).toBe('a\\x1b[2J\\x0ab,"c\n\\u202ed"\r\n');
  });
});
