import * as z from 'zod';
import { TracksideError } from '../../core/errors';
import type { TemplateInput } from '../../core/run-template';

/** Names in `{braces}` of a command template; `{{` and `}}` stand for braces, as in Python's `str.format`. */
export function placeholdersOf(command: string): readonly TemplateInput[] {
  const bare = command.replaceAll('{{', '').replaceAll('}}', '');
  const names = [...bare.matchAll(/\{([^\s{}!:.[\]]+)[^{}]*\}/gu)].map((match) => match[1] ?? '');
  return [...new Set(names)].map((name) => ({ name, isRequired: true }));
}

/**
 * A typed value: a number where its text says exactly what a worker will put into the command again, else text.
 */
export function valueOf(text: string): string | number {
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) && String(number) === text ? number : text;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const parametersShape = z.record(z.string(), z.unknown());

/** Parameters given as one JSON document. Throws `invalid`. */
export function parametersOf(document: string): Record<string, unknown> {
  try {
    return parametersShape.parse(JSON.parse(document));
  } catch {
    throw new TracksideError(
      'invalid',
      'The parameters are not a JSON object.',
      'Write them like { "lr": 0.01 }.',
    );
  }
}
