/** The same curves for every product: so many runs, metrics per run and points per metric. */
export interface DataShape {
  readonly runs: number;
  readonly metrics: number;
  readonly points: number;
}

/** One run as every product stores it. */
export interface PeerRun {
  readonly name: string;
  readonly metrics: readonly PeerMetric[];
  /** Steps 0, 1, 2 …, in epoch milliseconds. */
  readonly times: Float64Array;
}

export interface PeerMetric {
  /** `train/metric 3`: every product groups by the part before the slash, so the charts of a run are one group. */
  readonly name: string;
  readonly values: Float64Array;
}

const SPIKE = 10;
/** Curves of a chart lie one above the other, so that all of them are seen. */
const RUN_DISTANCE = 0.6;

/** The step of the one point, in every curve, that lies far above its neighbours: a third of the way. */
export function spikeStep({ points }: DataShape): number {
  return Math.floor(points / 3);
}

/** Noisy falling curves with one spike each; a run is made when it is asked for, so that memory stays small. */
export function* makeRuns(shape: DataShape): Generator<PeerRun> {
  const begin = Date.now() - shape.points * 1_000;
  for (let run = 0; run < shape.runs; run += 1) {
    yield {
      name: `run ${run}`,
      times: Float64Array.from({ length: shape.points }, (_, step) => begin + step * 1_000),
      metrics: Array.from({ length: shape.metrics }, (_, metric) => ({
        name: `train/metric ${metric}`,
        values: Float64Array.from({ length: shape.points }, (__, step) => valueAt(shape, run, metric, step)),
      })),
    };
  }
}

function valueAt(shape: DataShape, run: number, metric: number, step: number): number {
  const height = 1 + (metric % 10) / 4;
  const spike = step === spikeStep(shape) ? SPIKE : 0;
  return (
    Math.exp((-4 * step) / shape.points) * height +
    Math.sin(step * 12.9898) * 0.05 +
    run * RUN_DISTANCE +
    spike
  );
}
