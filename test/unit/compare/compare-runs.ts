import type { RunContent } from '../../../src/core/comparison';

/** A completed run that says nothing but what is given. */
export function makeContent(over: Partial<RunContent> = {}): RunContent {
  return {
    name: 'run',
    status: 'completed',
    serverStatus: 'completed',
    isStopping: false,
    parameters: [],
    metrics: [],
    facts: [],
    texts: [],
    hasConsole: true,
    ...over,
  };
}
