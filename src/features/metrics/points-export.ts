import { TracksideError } from '../../core/errors';
import type { PointsFormat } from './panel-messages';
import { headText, tailText } from './points-text';
import type { SeriesEngineClient } from './worker-contract';

/** So many points are made into text at a time. */
const PIECE_POINTS = 20_000;

export interface PointsExport {
  readonly metric: string;
  readonly format: PointsFormat;
  /** Keys of the series, each with as many points as it had when this was asked for. */
  readonly series: readonly {
    readonly key: string;
    readonly pointCount: number;
    /** Null where the file is of one run. */
    readonly runName: string | null;
  }[];
}

/** The points of one chart as the bytes of a file, piece by piece, made in the worker that holds them. */
export async function* exportPoints(
  engine: SeriesEngineClient,
  panelId: string,
  { metric, format, series }: PointsExport,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const hasRuns = series.some(({ runName }) => runName !== null);
  yield encoder.encode(headText(format, metric, hasRuns));
  for (const [place, { key, pointCount, runName }] of series.entries()) {
    for (let from = 0; from < pointCount; from += PIECE_POINTS) {
      const to = Math.min(pointCount, from + PIECE_POINTS);
      const part = { runName, from, to, isFirstSeries: place === 0, isLastPart: to === pointCount };
      const bytes = await engine.text(panelId, { key, format, ...part });
      if (bytes === undefined) {
        throw new TracksideError(
          'conflict',
          'The points were read anew while they were being saved.',
          'Save them again.',
        );
      }
      yield bytes;
    }
  }
  yield encoder.encode(tailText(format));
}
