import { toTracksideError } from '../core/errors';

/** One line for people: what they tried, what happened, what to do next. */
export function failureText(error: unknown, context: string): string {
  const { message, nextStep } = toTracksideError(error);
  return [`${context}: ${message}`, nextStep].filter((part) => part !== '').join(' ');
}
