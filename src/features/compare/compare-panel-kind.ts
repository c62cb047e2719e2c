import * as vscode from 'vscode';
import { systemClock } from '../../core/clock';
import { runKey, type TaskRef } from '../../core/task-ref';
import { COMMANDS, COMPARE_PANEL } from '../../platform/command-ids';
import type { DrawnRuns } from '../metrics/drawn-runs';
import type { RunLooksMemory } from '../metrics/run-looks-memory';
import { oneChunk, saveChunks } from '../metrics/save-chunks';
import type { TaskDocuments } from '../metrics/task-documents';
import type { PanelDeps } from '../panels/lazy-panels';
import { toldDeed } from '../panels/told-deed';
import type { PanelFrame, PanelLife } from '../panels/panel-life';
import type { PanelKind } from '../panels/webview-panels';
import type { PointedRows } from '../trees/pointed-rows';
import { persistedState } from './compare-contract';
import { CompareSession, type CompareDeeds } from './compare-session';

export interface ComparePanelDeps extends PanelDeps {
  /** Loaded when the first text is shown. */
  readonly documents: () => Promise<TaskDocuments>;
  readonly looks: RunLooksMemory;
  readonly drawn: DrawnRuns;
  readonly pointed: PointedRows;
}

/** Comparisons: one per set of runs. Each run waits for its own connection, the panel for none. */
export class ComparePanelKind implements PanelKind<readonly TaskRef[]> {
  readonly viewType = COMPARE_PANEL;
  readonly page = 'compare';
  readonly pageTitle = 'Trackside comparison';
  readonly column = vscode.ViewColumn.Active;
  readonly keepsFocus = false;

  constructor(private readonly deps: ComparePanelDeps) {}

  keyOf(refs: readonly TaskRef[]): string {
    return refs.map(runKey).toSorted().join();
  }

  titleOf(refs: readonly TaskRef[]): string {
    return `Compare ${refs.length} runs`;
  }

  restored(state: unknown): readonly TaskRef[] | undefined {
    const { data } = persistedState.safeParse(state);
    return data === undefined || data.refs.length === 0 ? undefined : data.refs;
  }

  start(refs: readonly TaskRef[], { post }: PanelFrame): PanelLife {
    const { platform, connections, looks, drawn } = this.deps;
    return new CompareSession({
      refs,
      connections,
      looks,
      drawn,
      clock: systemClock,
      logger: platform.logger.child('compare'),
      deeds: editorDeeds(this.deps),
      post,
    });
  }
}

function editorDeeds({ platform, connections, documents, pointed }: ComparePanelDeps): CompareDeeds {
  const told = (context: string, deed: () => Promise<void>): Promise<void> =>
    toldDeed(platform.dialogs, context, deed);
  const nameOf = ({ connectionId, taskId }: TaskRef): string =>
    connections.get(connectionId)?.store.task(taskId)?.name ?? taskId.slice(0, 8);
  const titleOf = (base: TaskRef, ref: TaskRef): string => `${nameOf(base)} ↔ ${nameOf(ref)}`;
  return {
    openText: (text, ref, base) =>
      told('Open Document', async () =>
        base === undefined
          ? (await documents()).open(ref, text)
          : (await documents()).openDifference(base, ref, text, titleOf(base, ref)),
      ),
    openConsole: (ref, base) =>
      base === undefined
        ? run(COMMANDS.openConsole, ref)
        : told('Compare Consoles', async () =>
            (await documents()).openConsoleDifference(base, ref, titleOf(base, ref)),
          ),
    openTask: (ref) => run(COMMANDS.openTask, ref),
    showCurves: (refs) => run(COMMANDS.showCurvesTogether, refs),
    pointAt: (refs) => pointed.point(refs),
    copy: async (text) => vscode.env.clipboard.writeText(text),
    saveReport: (text) =>
      told('Save Report', () => saveBytes('comparison.md', new TextEncoder().encode(text))),
    savePicture: (fileName, bytes) => told('Save Picture', () => saveBytes(fileName, bytes)),
  };
}

function saveBytes(name: string, bytes: Uint8Array): Promise<void> {
  return saveChunks({ name, sizeBytes: bytes.byteLength, chunks: () => oneChunk(bytes) });
}

async function run(command: string, argument: unknown): Promise<void> {
  await vscode.commands.executeCommand(command, argument);
}
