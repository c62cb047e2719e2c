import type { ChartCard } from './chart-card';

/**
 * Figures of what is really on screen, for the demo and the benchmark, as data attributes of the page's body:
 * - `paintedGeneration`: the last update whose charts were drawn;
 * - `paintedAt`: epoch milliseconds at the animation frame after that drawing;
 * - `firstCurvesAt`: the same for the first update that drew a curve;
 * - `drawnPoints`: points in the charts that exist now; `knownPoints`, `knownSeries`: everything reported;
 * - `lastSteps`: JSON object of the last step drawn per series key, of charts that exist now.
 */
export class PaintFigures {
  private pending = 0;

  drawn(generation: number, cards: readonly ChartCard[], known: { points: number; series: number }): void {
    const frame = ++this.pending;
    requestAnimationFrame(() => {
      if (frame === this.pending) {
        this.record(generation, cards, known);
      }
    });
  }

  private record(
    generation: number,
    cards: readonly ChartCard[],
    known: { points: number; series: number },
  ): void {
    const { dataset } = document.body;
    const at = (performance.timeOrigin + performance.now()).toFixed(1);
    const drawnPoints = cards.reduce((sum, card) => sum + card.drawnPointCount, 0);
    dataset.paintedGeneration = String(generation);
    dataset.paintedAt = at;
    dataset.drawnPoints = String(drawnPoints);
    dataset.knownPoints = String(known.points);
    dataset.knownSeries = String(known.series);
    dataset.lastSteps = JSON.stringify(Object.fromEntries(cards.flatMap(lastSteps)));
    if (drawnPoints > 0) {
      dataset.firstCurvesAt ??= at;
    }
  }
}

function lastSteps(card: ChartCard): [key: string, step: number][] {
  return card.series.flatMap(({ key, frame }) => {
    const step = frame?.points.steps.at(-1);
    return step === undefined ? [] : [[key, step]];
  });
}
