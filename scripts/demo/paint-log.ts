import type { Frame } from 'playwright-core';
import * as z from 'zod';

/** What the live panel's page says it drew, from `webview-ui/metrics/paint-figures.ts`. */
export interface PaintedPanel {
  readonly generation: number;
  /** Points and series known to the page, drawn or not. */
  readonly points: number;
  readonly series: number;
}

/** A painting, at `at` in epoch milliseconds, that showed all steps of a series after `after` up to `step`. */
export interface PaintedStep {
  readonly key: string;
  /** Undefined when the painting before showed nothing of this series. */
  readonly after: number | undefined;
  readonly step: number;
  readonly at: number;
}

const panelSchema = z.object({ generation: z.number(), points: z.number(), series: z.number() });
const paintingsSchema = z.array(z.object({ at: z.number(), steps: z.string() }));
const lastSteps = z.record(z.string(), z.number());

/** What the panel shows now; zeros before its first curve. */
export async function readPanel(frame: Frame): Promise<PaintedPanel> {
  const figures = await frame.evaluate(() => {
    const { paintedGeneration = '0', knownPoints = '0', knownSeries = '0' } = document.body.dataset;
    return {
      generation: Number(paintedGeneration),
      points: Number(knownPoints),
      series: Number(knownSeries),
    };
  });
  return panelSchema.parse(figures);
}

/** Begins to note, in the page, which last steps each painting showed. */
export async function startPaintLog(frame: Frame): Promise<void> {
  await frame.evaluate((attribute) => {
    const { body } = document;
    const log: { at: number; steps: string }[] = [];
    const note = (): void => {
      log.push({ at: Number(body.dataset['paintedAt']), steps: body.dataset['lastSteps'] ?? '{}' });
      body.setAttribute(attribute, JSON.stringify(log));
    };
    note();
    new MutationObserver(note).observe(body, { attributeFilter: ['data-painted-generation'] });
  }, LOG_ATTRIBUTE);
}

/** What came on screen since {@link startPaintLog}; what was there already is left out. */
export async function readPaintLog(frame: Frame): Promise<PaintedStep[]> {
  const text = await frame.evaluate(
    (attribute) => document.body.getAttribute(attribute) ?? '[]',
    LOG_ATTRIBUTE,
  );
  const lastOf = new Map<string, number>();
  return paintingsSchema.parse(JSON.parse(text)).flatMap(({ at, steps }, index) => {
    const shown = Object.entries(lastSteps.parse(JSON.parse(steps)));
    const fresh = shown.filter(([key, step]) => lastOf.get(key) !== step);
    const painted = fresh.map(([key, step]) => ({ key, after: lastOf.get(key), step, at }));
    fresh.forEach(([key, step]) => lastOf.set(key, step));
    return index === 0 ? [] : painted;
  });
}

/**
 * When a step was on screen for the first time, alone or together with later ones. Undefined when that was before
 * the log began, when its chart was not on screen yet, or when it never came.
 */
export function shownAt(log: readonly PaintedStep[], key: string, step: number): number | undefined {
  return log.find(
    (painted) =>
      painted.key === key && painted.after !== undefined && painted.after < step && step <= painted.step,
  )?.at;
}

const LOG_ATTRIBUTE = 'data-demo-paint-log';
