// Values of every form that a message may hold.
import * as fc from 'fast-check';

const maxTime = 2 ** 42 - 1;
export const anyTime = fc.integer({ min: 1, max: maxTime });
export const anyText = fc.string({ unit: 'binary', maxLength: 30 });
export const anyWord = anyText.filter((value) => value !== '');
export const anyFact = fc.option(anyWord);
export const anyReason = fc.option(fc.record({ code: anyText, message: anyText, remedy: anyText }));
