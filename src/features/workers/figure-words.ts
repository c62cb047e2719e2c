import type { WorkerFigure, WorkerLoad } from '../../core/entities';

/** How a figure of a worker is called and written. */
export interface FigureWords {
  readonly label: string;
  readonly icon: string;
  readonly now: (load: WorkerLoad) => string | undefined;
  readonly say: (value: number) => string | undefined;
  /** What a full bar means; absent: the highest value there was. */
  readonly top?: (load: WorkerLoad) => number | undefined;
}

export const FIGURES: Readonly<Record<WorkerFigure, FigureWords>> = {
  cpu: {
    label: 'CPU',
    icon: 'pulse',
    now: ({ cpuPercent }) => percent(cpuPercent),
    say: percent,
    top: () => 100,
  },
  memory: {
    label: 'Memory',
    icon: 'pulse',
    now: ({ memoryUsedMb, memoryTotalMb }) => memoryWords(memoryUsedMb, memoryTotalMb),
    say: memoryOf,
    top: ({ memoryTotalMb }) => memoryTotalMb,
  },
  gpu: {
    label: 'GPU',
    icon: 'pulse',
    now: ({ gpuPercent }) => percent(gpuPercent),
    say: percent,
    top: () => 100,
  },
  gpuMemory: {
    label: 'Memory per GPU',
    icon: 'pulse',
    now: ({ gpuMemoryUsedMb }) => memoryWords(gpuMemoryUsedMb, undefined),
    say: memoryOf,
  },
  received: { label: 'Received', icon: 'arrow-down', now: () => undefined, say: rateOf },
  sent: { label: 'Sent', icon: 'arrow-up', now: () => undefined, say: rateOf },
};

function memoryOf(mb: number): string | undefined {
  return memoryWords(mb, undefined);
}

function rateOf(mbPerSecond: number): string {
  return `${mbPerSecond.toLocaleString('en-US', { maximumFractionDigits: 1 })} MB/s`;
}

export function percent(value: number | undefined): string | undefined {
  return value === undefined ? undefined : `${Math.round(value)} %`;
}

export function memoryWords(usedMb: number | undefined, totalMb: number | undefined): string | undefined {
  if (usedMb === undefined) {
    return undefined;
  }
  return totalMb === undefined
    ? `${gigabytes(usedMb)} GB`
    : `${gigabytes(usedMb)} of ${gigabytes(totalMb)} GB`;
}

function gigabytes(mb: number): string {
  return (mb / 1024).toFixed(1);
}
