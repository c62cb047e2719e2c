/** How far a reader has read one series. */
export interface SeriesPosition {
  readonly revision: number;
  readonly count: number;
}

/**
 * A cursor names, in the order of the task's series, each one's revision and how many points the reader holds.
 * Series are only ever added to a task, so positions by order stay right.
 */
export function encodeCursor(taskKey: number, positions: readonly SeriesPosition[]): string {
  const numbers = positions.flatMap(({ revision, count }) => [revision, count]);
  return Buffer.from(writeVarints([taskKey, ...numbers])).toString('base64url');
}

/** Reverse of {@link encodeCursor}; `undefined` when the text is not a cursor of this task. */
export function decodeCursor(taskKey: number, cursor: string): readonly SeriesPosition[] | undefined {
  const [key, ...numbers] = readVarints(Buffer.from(cursor, 'base64url'));
  if (key !== taskKey || numbers.length % 2 !== 0) {
    return undefined;
  }
  const positions: SeriesPosition[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    positions.push({ revision: numbers[index] ?? 0, count: numbers[index + 1] ?? 0 });
  }
  return positions;
}

function writeVarints(numbers: readonly number[]): number[] {
  const bytes: number[] = [];
  for (const number of numbers) {
    let rest = number;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return bytes;
}

function readVarints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let factor = 1;
  for (const byte of bytes) {
    value += (byte % 128) * factor;
    factor *= 128;
    if (byte < 128) {
      numbers.push(value);
      value = 0;
      factor = 1;
    }
  }
  return numbers;
}
