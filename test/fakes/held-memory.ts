import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that this process holds on to: what is left of heap, buffers and long texts once the garbage is collected. */
export function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  // What a first round finds unused of memory outside the heap is given back after it.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
