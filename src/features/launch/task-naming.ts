import path from 'node:path';
import { joinArguments } from './argument-text';

const MAX_ARGUMENT_CHARACTERS = 60;

/** The script's name with its arguments, so that runs of one script can be told apart. */
export function taskNameOf(script: string, args: readonly string[]): string {
  const name = path.basename(script);
  const text = joinArguments(args).replace(/\s+/g, ' ');
  const characters = [...text];
  if (characters.length === 0) {
    return name;
  }
  const isLong = characters.length > MAX_ARGUMENT_CHARACTERS;
  return `${name} ${isLong ? `${characters.slice(0, MAX_ARGUMENT_CHARACTERS).join('')}…` : text}`;
}
