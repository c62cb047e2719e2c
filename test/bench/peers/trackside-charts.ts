import type { Page } from 'playwright-core';
import type { EditorWindow } from '../../editor/harness/editor-window';
import { scalarLines, type ScalarPoint, type TrackerClient } from '../tracker-client';
import type { ChartPage } from './painting';
import { isOnScreen } from './peer-browser';
import { makeRuns, type DataShape } from './peer-data';

const BATCH = 20_000;
export const TOGETHER = 'Show Curves Together';

export interface FilledTask {
  readonly id: string;
  readonly name: string;
}

/** Reports the runs to the tracker through its API, as tasks in a project of their own. */
export async function fillTracker(
  client: TrackerClient,
  project: string,
  shape: DataShape,
  { isRunning = false } = {},
): Promise<readonly FilledTask[]> {
  const filled: FilledTask[] = [];
  const projectId = await client.createProject(`Peers/${project}`);
  for (const { name, metrics, times } of makeRuns(shape)) {
    const taskName = `${project} ${name}`;
    const task = await client.createTask(taskName, projectId);
    await client.call('tasks.started', { task });
    let batch: ScalarPoint[] = [];
    for (const [index, { values }] of metrics.entries()) {
      for (const [iter, value] of values.entries()) {
        batch.push({ metric: `metric ${index}`, variant: 'train', iter, value, timestamp: times[iter] ?? 0 });
        if (batch.length === BATCH) {
          await client.addBatch(scalarLines(task, batch));
          batch = [];
        }
      }
    }
    if (batch.length > 0) {
      await client.addBatch(scalarLines(task, batch));
    }
    if (!isRunning) {
      await client.call('tasks.completed', { task });
    }
    filled.push({ id: task, name: taskName });
  }
  return filled;
}

/** The live panel of one task, or of several together; asking means to click what opens it. */
export function tracksideCharts(window: EditorWindow, tasks: readonly string[]): ChartPage {
  const { page } = window;
  return {
    page,
    ask: async () => {
      await window.runCommand('View: Close All Editors');
      return tasks.length === 1 ? clickTask(window, tasks[0] ?? '') : showTogether(window, tasks);
    },
    boxes: () => canvasBoxes(page),
  };
}

async function clickTask(window: EditorWindow, task: string): Promise<number> {
  const row = await window.tree('Tasks').row(task);
  const lastPress = await notePresses(window.page);
  await row.click();
  return lastPress();
}

async function showTogether(window: EditorWindow, tasks: readonly string[]): Promise<number> {
  const tree = window.tree('Tasks');
  for (const task of tasks) {
    // What the time before selected still is, and another click would take it out.
    if ((await (await tree.row(task)).getAttribute('aria-selected')) !== 'true') {
      await tree.click(task, ['Control']);
    }
  }
  const lastPress = await notePresses(window.page);
  await tree.contextMenu(tasks[0] ?? '', TOGETHER);
  return lastPress();
}

/**
 * Notes every press of the mouse from now on. Answers what tells when the last was, in epoch milliseconds: a menu that
 * was just drawn takes no press for a moment, and the one that it took is the one that asked.
 */
async function notePresses(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    document.addEventListener(
      'pointerdown',
      () => (document.body.dataset['pressedAt'] = String(performance.timeOrigin + performance.now())),
      { capture: true },
    );
  });
  return async () => Number(await page.evaluate(() => document.body.dataset['pressedAt']));
}

async function canvasBoxes(page: Page) {
  const boxes = [];
  for (const frame of page.frames()) {
    const isOurs = await frame
      .locator('body[data-controls]')
      .count()
      .catch(() => 0);
    // Handles and no locators: those would wait half a minute for each canvas of a panel that is just being closed.
    const canvases = isOurs > 0 ? await frame.$$('canvas.curves').catch(() => []) : [];
    for (const canvas of canvases) {
      const box = await canvas.boundingBox().catch(() => null);
      if (box !== null && isOnScreen(box)) {
        boxes.push(box);
      }
    }
  }
  return boxes;
}
