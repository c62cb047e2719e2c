import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { SearchAnswer, SearchRequest } from './search-contract';

const BLOCK_BYTES = 1_048_576;
const LONGEST_SHOWN = 300;

/** Tests every line of a file, block by block; a thread of its own, since any expression may take any time. */
function search({ file, pattern, flags, mostMatches }: SearchRequest): SearchAnswer {
  const expression = new RegExp(pattern, flags);
  const decoder = new TextDecoder();
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  const matches: SearchAnswer['matches'][number][] = [];
  let matchCount = 0;
  let line = 0;
  const test = (text: string): void => {
    if (expression.test(text)) {
      matchCount += 1;
      if (matches.length < mostMatches) {
        matches.push({ line, text: text.trim().slice(0, LONGEST_SHOWN) });
      }
    }
    line += 1;
  };
  const handle = openSync(file, 'r');
  try {
    let rest = '';
    for (let length = readSync(handle, block); length > 0; length = readSync(handle, block)) {
      const lines = (rest + decoder.decode(block.subarray(0, length), { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(test);
    }
    if (rest !== '') {
      test(rest);
    }
  } finally {
    closeSync(handle);
  }
  return { matches, matchCount, lineCount: line };
}

parentPort?.postMessage(search(workerData as SearchRequest));
