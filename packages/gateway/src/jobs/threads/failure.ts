import { EngineError } from '@crmbet/engine';
import { TrainingRefused } from '../trainers/trainer.ts';
import type { Failure } from './messages.ts';

export function toFailure(error: unknown): Failure {
  if (error instanceof EngineError) {
    const { code, message, details } = error;
    return { kind: 'engine', code, message, details };
  }
  if (error instanceof TrainingRefused) return { kind: 'refused', code: error.code, message: error.message };
  return error instanceof Error
    ? { kind: 'other', message: error.message, stack: error.stack }
    : { kind: 'other', message: String(error), stack: undefined };
}

export function toError(failure: Failure): Error {
  switch (failure.kind) {
    case 'engine':
      return new EngineError(failure.code, failure.message, { details: failure.details });
    case 'refused':
      return new TrainingRefused(failure.code, failure.message);
    case 'other': {
      const error = new Error(failure.message);
      if (failure.stack !== undefined) error.stack = failure.stack;
      return error;
    }
  }
}
