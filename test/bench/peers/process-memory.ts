import { readdirSync, readFileSync } from 'node:fs';

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly rssKb: number;
}

/** The processes and all that descend from them, on Linux; elsewhere only the processes themselves. */
export function processTree(roots: readonly number[]): readonly number[] {
  return below(roots, allProcesses());
}

/** Resident memory of the processes and all that descend from them, in megabytes; NaN but on Linux. */
export function residentMegabytes(roots: readonly number[]): number {
  const all = allProcesses();
  if (all.length === 0) {
    return Number.NaN;
  }
  const family = new Set(below(roots, all));
  const sumKb = all.filter(({ pid }) => family.has(pid)).reduce((sum, { rssKb }) => sum + rssKb, 0);
  return Math.round(sumKb / 1024);
}

/** The browsers that this process started: the children whose command line names `executable`. */
export function browsersOf(parent: number, executable: string): readonly number[] {
  const name = executable.split('/').at(-1) ?? executable;
  return allProcesses()
    .filter((each) => each.parent === parent && readProcess(each.pid, 'cmdline').includes(name))
    .map(({ pid }) => pid);
}

function below(roots: readonly number[], all: readonly ProcessFacts[]): readonly number[] {
  const found = new Set(roots);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    all.filter(({ parent }) => found.has(parent)).forEach(({ pid }) => found.add(pid));
  }
  return [...found];
}

function allProcesses(): readonly ProcessFacts[] {
  if (process.platform !== 'linux') {
    return [];
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      const status = readProcess(Number(name), 'status');
      const field = (label: string): number =>
        Number(new RegExp(`^${label}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      return { pid: Number(name), parent: field('PPid'), rssKb: field('VmRSS') };
    });
}

/** Empty when the process ended meanwhile. */
export function readProcess(pid: number, file: 'stat' | 'status' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
