import type { Page } from 'playwright-core';
import { systemClock } from '../../../src/core/clock';
import { silentLogger } from '../../../src/core/logger';
import type { TaskRef } from '../../../src/core/task-ref';
import { CompareSession } from '../../../src/features/compare/compare-session';
import { DrawnRuns } from '../../../src/features/metrics/drawn-runs';
import { RunLooksMemory } from '../../../src/features/metrics/run-looks-memory';
import type { Connections } from '../../../src/store/contract';
import { ManualClock } from '../../fakes/manual-clock';
import { memoryState } from '../metrics/memory-views';
import { OpenPage } from './page-browser';

/** A comparison with the real host side behind it. */
export class OpenCompare extends OpenPage {
  readonly host: CompareSession;
  readonly asked: string[] = [];
  pointed: readonly string[] = [];
  readonly copied: string[] = [];
  readonly reports: string[] = [];
  readonly pictures: { readonly name: string; readonly bytes: Buffer }[] = [];

  constructor(
    page: Page,
    connections: Connections,
    refs: readonly TaskRef[],
    looks = new RunLooksMemory(memoryState(), systemClock),
  ) {
    super(page);
    const name = (ref: TaskRef | undefined): string => ref?.taskId ?? '-';
    this.host = new CompareSession({
      refs,
      connections,
      looks,
      drawn: new DrawnRuns(looks),
      clock: new ManualClock(),
      logger: silentLogger,
      post: (message) => this.post(message),
      deeds: {
        openText: (text, ref, base) => this.note(`${text.kind} ${name(base)} ${name(ref)}`),
        openConsole: (ref, base) => this.note(`console ${name(base)} ${name(ref)}`),
        openTask: (ref) => this.note(`task ${name(ref)}`),
        showCurves: (all) => this.note(`curves ${all.map(name).join(' ')}`),
        pointAt: (all) => (this.pointed = all.map(name)),
        copy: (text) => {
          this.copied.push(text);
          return Promise.resolve();
        },
        saveReport: (text) => {
          this.reports.push(text);
          return Promise.resolve();
        },
        savePicture: (name, bytes) => {
          this.pictures.push({ name, bytes: Buffer.from(bytes) });
          return Promise.resolve();
        },
      },
    });
  }

  private note(words: string): Promise<void> {
    this.asked.push(words);
    return Promise.resolve();
  }
}
