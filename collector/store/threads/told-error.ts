// In: an error on one side of a port. Out: plain data that crosses it, and the same error again on the other side.
// A StoreError keeps its code, a StartError its remedy; of every other error name, message and stack arrive.
import { errorMessage, StartError } from '../../../shared/errors.ts';
import { StoreError } from '../store.ts';

export interface ToldError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a StoreError. */
  readonly code?: StoreError['code'];
  /** Of a StartError. */
  readonly remedy?: string;
  /** The sentence of what caused it. */
  readonly cause?: string;
}

export function toToldError(error: unknown): ToldError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    ...(cause === undefined ? {} : { cause: errorMessage(cause) }),
    ...(error instanceof StoreError ? { code: error.code } : {}),
    ...(error instanceof StartError ? { remedy: error.remedy } : {}),
  };
}

export function fromToldError(told: ToldError): Error {
  const error = errorOf(told, told.cause === undefined ? {} : { cause: new Error(told.cause) });
  if (told.stack !== undefined) error.stack = told.stack;
  return error;
}

function errorOf({ name, message, code, remedy }: ToldError, options: ErrorOptions): Error {
  if (code !== undefined) return new StoreError(code, message, options);
  if (remedy !== undefined) return new StartError(message, remedy, options);
  const error = new Error(message, options);
  error.name = name;
  return error;
}
