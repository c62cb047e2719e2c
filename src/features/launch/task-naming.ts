import path from 'node:path';
import { shortened } from '../../core/short-text';
import { joinArguments } from './argument-text';

const MAX_ARGUMENT_CHARACTERS = 60;

/** The script's name with its arguments, so that runs of one script can be told apart. */
export function taskNameOf(script: string, args: readonly string[]): string {
  const name = path.basename(script);
  const text = joinArguments(args).replace(/\s+/g, ' ');
  if (text === '') {
    return name;
  }
  const shown = shortened(text, MAX_ARGUMENT_CHARACTERS);
  return `${name} ${shown === text ? text : `${shown}…`}`;
}
