import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { hasSpike, isPainted, topsOf, type Box } from './painted-lines';
import { decodePng, type Raster } from './png-image';
import { ScreenRecorder, type ScreenFrame } from './screen-recorder';

/** One product's page with charts. */
export interface ChartPage {
  readonly page: Page;
  /** Asks for the charts, as a person would; answers when that was, in epoch milliseconds. */
  ask(): Promise<number>;
  /** Where the charts that are wholly on screen draw their lines. */
  boxes(): Promise<readonly Box[]>;
}

export interface Painting {
  /** From asking to the first picture in which every chart on screen has all its curves. */
  readonly paintedMs: number;
  readonly charts: number;
  /** Charts on screen whose planted spike is seen. */
  readonly spikes: number;
}

/** What was planted into the data of every chart. */
export interface Planted {
  /** Curves, one above the other. */
  readonly lines: number;
  /** Where the spike is, as a share of the curve's width. */
  readonly spikeShare: number;
}

const LOOK_MS = 500;
/** Charts that stay where they are, painted, for so long have come to rest. */
const REST_MS = 2_000;

/**
 * Asks for charts and watches the screen until every chart on it is painted and stays so. The place where a chart came
 * to rest counts, so a curve that moved on afterwards was not there yet.
 */
export async function paintCharts(
  charts: ChartPage,
  { lines, spikeShare }: Planted,
  timeoutMs: number,
): Promise<Painting> {
  const recorder = await ScreenRecorder.start(charts.page);
  try {
    const askedAt = await charts.ask();
    const isThere = (shown: Raster, box: Box): boolean => isPainted(shown, box, lines);
    const boxes = await rest(charts, recorder, { isThere, deadline: askedAt + timeoutMs });
    const shown = recorder.frames().filter(({ at }) => at >= askedAt);
    const painted = firstPainted(shown, boxes, isThere);
    const last = picture(shown.at(-1));
    const spikes = boxes.filter((box) => last !== undefined && hasSpike(last, box, spikeShare)).length;
    return { paintedMs: painted.at - askedAt, charts: boxes.length, spikes };
  } finally {
    await recorder.stop();
  }
}

type IsThere = (shown: Raster, box: Box) => boolean;

/** Waits until all charts on screen are painted and do not move; throws after `deadline` (epoch milliseconds). */
async function rest(
  charts: ChartPage,
  recorder: ScreenRecorder,
  { isThere, deadline }: { readonly isThere: IsThere; readonly deadline: number },
): Promise<readonly Box[]> {
  let restingSince: number | undefined;
  let before = '';
  for (;;) {
    await delay(LOOK_MS);
    const boxes = await recordedBoxes(charts, recorder);
    const places = JSON.stringify(boxes.map((box) => Object.values(box).map(Math.round)));
    const shown = picture(recorder.frames().at(-1));
    const areThere = boxes.length > 0 && shown !== undefined && boxes.every((box) => isThere(shown, box));
    restingSince = areThere && places === before ? (restingSince ?? Date.now()) : undefined;
    before = places;
    if (restingSince !== undefined && Date.now() - restingSince >= REST_MS) {
      return boxes;
    }
    if (Date.now() > deadline) {
      const kept = path.join(tmpdir(), `trackside-bench-unpainted-${Date.now()}.png`);
      writeFileSync(kept, recorder.frames().at(-1)?.png ?? Buffer.alloc(0));
      throw new Error(
        `The ${boxes.length} charts on screen, at ${places}, were not painted in time; see ${kept}.`,
      );
    }
  }
}

/** Halves the recording again and again, since a turning wheel makes thousands of pictures: what is painted stays. */
function firstPainted(frames: readonly ScreenFrame[], boxes: readonly Box[], isThere: IsThere): ScreenFrame {
  const areThere = (index: number): boolean => {
    const shown = picture(frames[index]);
    return shown !== undefined && boxes.every((box) => isThere(shown, box));
  };
  let unpainted = -1;
  let painted = frames.length - 1;
  while (painted - unpainted > 1) {
    const middle = Math.floor((painted + unpainted) / 2);
    if (areThere(middle)) {
      painted = middle;
    } else {
      unpainted = middle;
    }
  }
  const found = frames[painted];
  if (found === undefined || !areThere(painted)) {
    throw new Error('No recorded picture shows the charts painted.');
  }
  return found;
}

/** A chart was drawn anew when so much of its width changed. */
const CHANGED_WIDTH = 0.2;

/** What takes longer is not tried again: nobody calls it live. */
const LIVE_MS = 2_000;
const BETWEEN_CHANGES_MS = 1_000;

/**
 * Does something that must change every chart on screen, and answers after how many milliseconds the first picture
 * shows it, `most` times; only once where that takes longer than {@link LIVE_MS}. None when nothing changed within
 * `timeoutMs`.
 * @param change gets the number of the time, from 0
 */
export async function timeChanges(
  charts: ChartPage,
  change: (nth: number) => Promise<void>,
  { most, timeoutMs }: { readonly most: number; readonly timeoutMs: number },
): Promise<readonly number[]> {
  const samplesMs: number[] = [];
  while (samplesMs.length < most && samplesMs.every((sample) => sample <= LIVE_MS)) {
    const sample = await timeChange(charts, () => change(samplesMs.length), timeoutMs);
    if (sample === undefined) {
      break;
    }
    samplesMs.push(sample);
    await delay(BETWEEN_CHANGES_MS);
  }
  return samplesMs;
}

async function timeChange(
  charts: ChartPage,
  change: () => Promise<void>,
  timeoutMs: number,
): Promise<number | undefined> {
  const recorder = await ScreenRecorder.start(charts.page);
  const boxes = await recordedBoxes(charts, recorder);
  try {
    await delay(LOOK_MS);
    const before = picture(recorder.frames().at(-1));
    let looked = recorder.frames().length;
    const changedAt = Date.now();
    await change();
    while (before !== undefined && Date.now() - changedAt < timeoutMs) {
      const news = recorder.frames().slice(looked);
      looked += news.length;
      const frame = news.find((each) => boxes.some((box) => hasChanged(before, picture(each), box)));
      if (frame !== undefined) {
        return frame.at - changedAt;
      }
      await delay(100);
    }
    return undefined;
  } finally {
    await recorder.stop();
  }
}

/** Whether the curve in the box is another one. */
export function hasChanged(before: Raster, after: Raster | undefined, box: Box): boolean {
  if (after === undefined) {
    return false;
  }
  const old = topsOf(before, box);
  const now = topsOf(after, box);
  const changed = now.filter((top, column) => Math.abs((top ?? -100) - (old[column] ?? -100)) > 1);
  return changed.length >= CHANGED_WIDTH * now.length;
}

/** Where charts are in the recorded pictures. */
async function recordedBoxes(charts: ChartPage, { scale }: ScreenRecorder): Promise<readonly Box[]> {
  return (await charts.boxes()).map(({ x, y, width, height }) => ({
    x: x * scale,
    y: y * scale,
    width: width * scale,
    height: height * scale,
  }));
}

function picture(frame: ScreenFrame | undefined): Raster | undefined {
  return frame === undefined ? undefined : decodePng(frame.png);
}
