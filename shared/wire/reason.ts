// Reasons, both ways. null and a missing message mean the same: there is none.
import type { ReasonInput, Reason as WireReason } from '../../proto/gen/jidi/v1/Reason.ts';
import type { Reason } from '../model/reason.ts';
import { truncate } from '../text.ts';
import { checkText, wireBounds } from './bounds.ts';

export function encodeReason(reason: Reason | null): ReasonInput | null {
  if (reason === null) return null;
  return {
    code: truncate(reason.code, wireBounds.identifier),
    message: truncate(reason.message, wireBounds.reasonText),
    remedy: truncate(reason.remedy, wireBounds.reasonText),
  };
}

export function decodeReason(field: string, reason: WireReason | null): Reason | null {
  if (reason === null) return null;
  return {
    code: checkText(`${field}.code`, reason.code, wireBounds.identifier),
    message: checkText(`${field}.message`, reason.message, wireBounds.reasonText),
    remedy: checkText(`${field}.remedy`, reason.remedy, wireBounds.reasonText),
  };
}
