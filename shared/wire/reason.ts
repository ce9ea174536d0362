// Reasons: model ↔ message.
import type { ReasonInput, Reason as WireReason } from '../../proto/gen/jidi/v1/Reason.ts';
import type { Reason } from '../model/reason.ts';
import { truncate } from '../text.ts';
import { textField } from './fields.ts';

const maxCode = 64;
const maxSentence = 2048;

export function encodeReason(reason: Reason | null): ReasonInput | null {
  if (reason === null) return null;
  return {
    code: truncate(reason.code, maxCode),
    message: truncate(reason.message, maxSentence),
    remedy: truncate(reason.remedy, maxSentence),
  };
}

export function decodeReason(reason: WireReason | null): Reason | null {
  if (reason === null) return null;
  return {
    code: textField('reason.code', reason.code, maxCode),
    message: textField('reason.message', reason.message, maxSentence),
    remedy: textField('reason.remedy', reason.remedy, maxSentence),
  };
}
