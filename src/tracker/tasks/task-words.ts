/** ClearML's task statuses, in the server's own words. */
export const WIRE_STATUSES = [
  'created',
  'queued',
  'in_progress',
  'stopped',
  'publishing',
  'published',
  'closed',
  'failed',
  'completed',
  'unknown',
] as const;

export type WireStatus = (typeof WIRE_STATUSES)[number];

export function isWireStatus(value: string): value is WireStatus {
  return WIRE_STATUSES.some((status) => status === value);
}

/** Parts of a task document that are stored apart, so that lists do not read them. */
export const SECTIONS = [
  'script',
  'execution',
  'output',
  'models',
  'hyperparams',
  'configuration',
  'container',
  'runtime',
] as const;

export type Section = (typeof SECTIONS)[number];

export const ARCHIVED = 'archived';
export const DEVELOPMENT = 'development';
export const HIDDEN = 'hidden';
