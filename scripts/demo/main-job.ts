import { setTimeout as delay } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import type { EditorWindow } from '../../test/editor/harness/editor-window';
import { until } from '../../test/editor/harness/until';
import type { UserSettings } from '../editor/editor-settings';
import { panelFrame } from './panel-frame';
import { readPaintLog, readPanel, startPaintLog, type PaintedPanel, type PaintedStep } from './paint-log';

const FIRST_SCRIPT = 'digits/train.py';
const SECOND_SCRIPT = 'plain/hello_metrics.py';
/** Long enough to be stopped on any machine. */
const FIRST_ARGUMENTS = '--epochs 2000';
/** Names of the tasks and of their panels' tabs: the scripts' file names and arguments. */
export const FIRST_TASK = `train.py ${FIRST_ARGUMENTS}`;
export const SECOND_TASK = 'hello_metrics.py';

const LAUNCH = 'Trackside: Launch Current File as Task';
const LAUNCH_WITH_ARGUMENTS = 'Trackside: Launch Current File as Task with Arguments…';
const LIVE_POINTS = 60;
const WATCH_MS = 8_000;
/** Webviews learn of a new theme a moment after the workbench. */
const REPAINT_MS = 1_000;

/** Makes room for code and curves beside each other. */
export const DEMO_SETTINGS: UserSettings = { 'editor.minimap.enabled': false };

/** What the page showed. */
export interface WatchedRun {
  /** From choosing the command to the first curve on screen. */
  readonly launchToFirstCurveMs: number;
  readonly steps: readonly PaintedStep[];
  readonly firstPanel: PaintedPanel;
  readonly secondPanel: PaintedPanel;
  readonly screenshots: readonly string[];
}

export interface MainJobOptions {
  readonly window: EditorWindow;
  readonly screenshotFolder: string;
  readonly say: (message: string) => void;
}

/** The main job as a person does it, in the editor's own user interface. */
export class MainJob {
  private readonly screenshots: string[] = [];

  constructor(private readonly options: MainJobOptions) {}

  async run(): Promise<WatchedRun> {
    const { window, say } = this.options;
    const launchedAt = await this.launchFirst();
    const frame = await panelFrame(window.page, FIRST_TASK);
    await waitForPoints(frame, 1);
    const launchToFirstCurveMs = Math.round((await firstCurvesAt(frame)) - launchedAt);
    say(`first curve ${launchToFirstCurveMs} ms after the command`);
    const steps = await this.watch(frame);
    await this.queueSecond();
    await this.stopFirst();
    await this.finishSecond();
    const firstPanel = await this.showFirstPanel();
    await this.runSecondAgain();
    const secondPanel = await this.showSecondPanel();
    return { launchToFirstCurveMs, steps, firstPanel, secondPanel, screenshots: this.screenshots };
  }

  private async launchFirst(): Promise<number> {
    const { window, say } = this.options;
    await window.openFile(FIRST_SCRIPT);
    await window.showTrackside();
    say(`launching ${FIRST_SCRIPT} from the command palette`);
    const launchedAt = Date.now();
    await window.runCommand(LAUNCH_WITH_ARGUMENTS, FIRST_ARGUMENTS);
    return launchedAt;
  }

  /** Screenshots in three themes while points arrive, and what the page drew meanwhile. */
  private async watch(frame: Frame): Promise<PaintedStep[]> {
    const { say } = this.options;
    await startPaintLog(frame);
    await this.shoot('1-first-points-dark');
    await waitForPoints(frame, LIVE_POINTS);
    await delay(WATCH_MS);
    const steps = await readPaintLog(frame);
    await this.shoot('2-live-dark');
    for (const theme of ['light', 'hc'] as const) {
      say(`the same in ${theme}`);
      await this.options.window.setTheme(theme);
      await delay(REPAINT_MS);
      await this.shoot(`3-live-${theme}`);
    }
    await this.options.window.setTheme('dark');
    return steps;
  }

  private async queueSecond(): Promise<void> {
    const { window, say } = this.options;
    say(`launching ${SECOND_SCRIPT}: it waits in the queue`);
    await window.openFile(SECOND_SCRIPT);
    await window.runCommand(LAUNCH);
    const queues = window.tree('Queues');
    await queues.waitForRow(({ label, isExpanded }) => label === 'default' && isExpanded !== undefined);
    await queues.expand('default');
    await queues.waitForRow(SECOND_TASK);
    await panelFrame(window.page, SECOND_TASK);
    await this.shoot('4-second-queued-dark');
  }

  private async stopFirst(): Promise<void> {
    const { window, say } = this.options;
    say(`stopping ${FIRST_TASK} from the command palette`);
    await window.runCommand('Trackside: Stop', FIRST_TASK);
    await this.waitForStatus(FIRST_TASK, 'stopped');
  }

  private async finishSecond(): Promise<void> {
    const { window, say } = this.options;
    say(`the local worker runs ${SECOND_TASK}`);
    await window.tab(SECOND_TASK).last().click();
    await waitForPoints(await panelFrame(window.page, SECOND_TASK), 20);
    await this.shoot('5-second-running-dark');
    await this.waitForStatus(SECOND_TASK, 'completed');
  }

  /** The panel was hidden while its task was stopped; it must be right when it is shown again. */
  private async showFirstPanel(): Promise<PaintedPanel> {
    const { window } = this.options;
    await window.tab(FIRST_TASK).last().click();
    const frame = await panelFrame(window.page, FIRST_TASK);
    await waitForSettledPoints(frame);
    await this.shoot('6-first-stopped-dark');
    return readPanel(frame);
  }

  private async runSecondAgain(): Promise<void> {
    const { window, say } = this.options;
    say(`resetting ${SECOND_TASK} and enqueuing it again`);
    await this.chooseInMenu(SECOND_TASK, 'Reset…');
    await this.shoot('7-reset-asks-dark');
    await window.dialog.press('Reset');
    await this.waitForStatus(SECOND_TASK, 'draft');
    await this.chooseInMenu(SECOND_TASK, 'Enqueue…');
    await until('the task is queued, after the choice of a queue if there is one', async () => {
      if (await window.quickInput.isOpen()) {
        await window.quickInput.answer('default');
      }
      return /queued|running/.test(await this.statusOf(SECOND_TASK));
    });
    await this.waitForStatus(SECOND_TASK, 'completed');
  }

  private async showSecondPanel(): Promise<PaintedPanel> {
    const { window } = this.options;
    await window.tab(SECOND_TASK).last().click();
    const frame = await panelFrame(window.page, SECOND_TASK);
    await waitForSettledPoints(frame);
    await this.shoot('8-second-completed-dark');
    return readPanel(frame);
  }

  /** Waits until the row's menu offers the item: right after an action it does not, until the task is read again. */
  private async chooseInMenu(task: string, item: string): Promise<void> {
    const { window } = this.options;
    const tasks = window.tree('Tasks');
    await until(
      `the menu of ${task} offers “${item}”`,
      async () => {
        if ((await tasks.contextMenuItems(task)).includes(item)) {
          return true;
        }
        await delay(500);
        return false;
      },
      60_000,
    );
    await tasks.contextMenu(task, item);
  }

  private async statusOf(task: string): Promise<string> {
    const row = (await this.options.window.tree('Tasks').rows()).find(({ label }) => label === task);
    return `${row?.description ?? ''} ${row?.accessibleName ?? ''}`.toLowerCase();
  }

  /** Waits until the task's row says so, in what a screen reader hears. */
  private async waitForStatus(task: string, status: string): Promise<void> {
    await until(
      `${task} is ${status}`,
      async () => new RegExp(`\\b${status}\\b`).test(await this.statusOf(task)),
      60_000,
    );
    this.options.say(`${task} is ${status}`);
  }

  private async shoot(name: string): Promise<void> {
    const { window, screenshotFolder } = this.options;
    this.screenshots.push(await window.screenshot(`demo-${name}`, screenshotFolder));
  }
}

async function waitForPoints(frame: Frame, points: number): Promise<void> {
  await until(
    `the panel shows ${points} points`,
    async () => (await readPanel(frame)).points >= points,
    60_000,
  );
}

/** Two looks, half a second apart, that see the same. */
async function waitForSettledPoints(frame: Frame): Promise<void> {
  await until('the panel has drawn everything', async () => {
    const before = await readPanel(frame);
    await delay(500);
    const after = await readPanel(frame);
    return after.points > 0 && before.generation === after.generation;
  });
}

async function firstCurvesAt(frame: Frame): Promise<number> {
  return Number(await frame.evaluate(() => document.body.dataset['firstCurvesAt'] ?? 'NaN'));
}
