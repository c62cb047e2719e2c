import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { promisify } from 'node:util';
import type { MachineFigures } from './worker/contract';

const MEBIBYTE = 1024 * 1024;
const GPU_TIMEOUT_MS = 3_000;
const GPU_QUERY = ['--query-gpu=utilization.gpu,memory.used,memory.free', '--format=csv,noheader,nounits'];
const run = promisify(execFile);

interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

/** Measures this machine. The processor figure is the mean since the measurement before. */
export class MachineGauge {
  private lastCpu = cpuTimes();
  private hasGpuTool = true;

  async measure(now: number): Promise<MachineFigures> {
    const cpu = cpuTimes();
    const passedMs = cpu.totalMs - this.lastCpu.totalMs;
    const cpuPercent = passedMs > 0 ? (100 * (cpu.busyMs - this.lastCpu.busyMs)) / passedMs : undefined;
    this.lastCpu = cpu;
    const freeBytes = availableMemory();
    return {
      measuredAt: now,
      ...(cpuPercent === undefined ? {} : { cpuPercent: Math.min(100, Math.max(0, cpuPercent)) }),
      memoryUsedMb: Math.round((os.totalmem() - freeBytes) / MEBIBYTE),
      memoryFreeMb: Math.round(freeBytes / MEBIBYTE),
      ...(await this.measureGpus()),
    };
  }

  /** Asked once more only while the tool answers: most machines have none. */
  private async measureGpus(): Promise<Partial<MachineFigures>> {
    if (!this.hasGpuTool) {
      return {};
    }
    try {
      const { stdout } = await run('nvidia-smi', GPU_QUERY, { timeout: GPU_TIMEOUT_MS, windowsHide: true });
      return parseGpuFigures(stdout);
    } catch {
      this.hasGpuTool = false;
      return {};
    }
  }
}

/** Reads `nvidia-smi`'s lines `percent, used MiB, free MiB`, one per GPU; a figure it does not support is 0. */
export function parseGpuFigures(output: string): Partial<MachineFigures> {
  const rows = output
    .split('\n')
    .map((line) => line.split(',').map((text) => Number.parseFloat(text)))
    .filter((row) => row.length === 3);
  if (rows.length === 0) {
    return {};
  }
  const column = (index: number): number[] => rows.map((row) => finiteOrZero(row[index]));
  return { gpuPercents: column(0), gpuMemoryUsedMb: column(1), gpuMemoryFreeMb: column(2) };
}

function finiteOrZero(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) ? value : 0;
}

function cpuTimes(): CpuTimes {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of os.cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq + times.idle;
    totalMs += sum;
    busyMs += sum - times.idle;
  }
  return { busyMs, totalMs };
}

/** Memory that programs can still get; caches count as free, which `os.freemem` denies on some systems. */
function availableMemory(): number {
  try {
    const line = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'));
    return line?.[1] === undefined ? os.freemem() : Number(line[1]) * 1024;
  } catch {
    return os.freemem();
  }
}
