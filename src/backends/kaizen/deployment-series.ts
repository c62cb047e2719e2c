import type { SeriesDelta, SeriesSummary } from '../../core/series';
import type { SeriesAbility } from '../series-contract';
import type { MetricSeries } from './records';
import type { Studio } from './studio';
import { deploymentIdOf } from './task-mapping';

/** Figures of a deployment over time. Runs have none. Each read replaces all, since old points may still be added to. */
export class DeploymentSeries implements SeriesAbility {
  constructor(private readonly studio: Studio) {}

  /** The document's server gives sums of stretches of time, the released one each execution. */
  get stepNoun(): string {
    return this.studio.dialect === 'document' ? 'interval' : 'execution';
  }

  async list(taskId: string, signal: AbortSignal): Promise<readonly SeriesSummary[]> {
    return (await this.series(taskId, signal)).map(toSummary);
  }

  /** The cursor is what was read: the same again yields nothing. */
  async *read(
    taskId: string,
    cursor: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<SeriesDelta, string> {
    const series = await this.series(taskId, signal);
    const next = JSON.stringify(series.map(({ points }) => [points.length, points.at(-1)]));
    if (next !== cursor) {
      for (const one of series) {
        yield toDelta(one);
      }
    }
    return next;
  }

  private async series(taskId: string, signal: AbortSignal): Promise<readonly MetricSeries[]> {
    const deploymentId = deploymentIdOf(taskId);
    return deploymentId === undefined ? [] : (await this.studio.calls(signal)).metrics(deploymentId, signal);
  }
}

/** There are no iterations: points are counted in the order of time, from 1. */
function toDelta({ name, fidelity, points }: MetricSeries): SeriesDelta {
  return {
    name,
    mode: 'replace',
    fidelity,
    steps: Float64Array.from(points, (_, index) => index + 1),
    times: Float64Array.from(points, ({ at }) => at),
    values: Float64Array.from(points, ({ value }) => value),
  };
}

function toSummary({ name, points }: MetricSeries): SeriesSummary {
  const values = points.map(({ value }) => value);
  const last = points.at(-1);
  return {
    name,
    pointCount: points.length,
    min: Math.min(...values),
    max: Math.max(...values),
    ...(last === undefined ? {} : { last: last.value, lastStep: points.length, lastTime: last.at }),
  };
}
