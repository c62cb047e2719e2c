import type { Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Logger } from '../../core/logger';
import { runKey, type TaskRef } from '../../core/task-ref';
import type { Connections } from '../../store/contract';
import type { Drawing, DrawnRuns } from '../metrics/drawn-runs';
import { fileNameOf } from '../metrics/save-chunks';
import type { RunLooksMemory } from '../metrics/run-looks-memory';
import { takeMessage } from '../panels/page-message';
import { Pointing } from '../trees/pointing';
import {
  pageMessage,
  type HostMessage,
  type PageMessage,
  type RunState,
  type TextRef,
} from './compare-contract';
import { ConnectionRuns } from './connection-runs';

/** What a comparison lets the editor do. Each tells the person itself when it fails. */
export interface CompareDeeds {
  /** Beside the same text of `base`; alone without one. */
  openText(text: TextRef, ref: TaskRef, base: TaskRef | undefined): Promise<void>;
  openConsole(ref: TaskRef, base: TaskRef | undefined): Promise<void>;
  openTask(ref: TaskRef): Promise<void>;
  /** The curves of these runs in one panel. */
  showCurves(refs: readonly TaskRef[]): Promise<void>;
  /** Marks their rows, and no others. */
  pointAt(refs: readonly TaskRef[]): void;
  copy(text: string): Promise<void>;
  saveReport(text: string): Promise<void>;
  savePicture(fileName: string, bytes: Uint8Array): Promise<void>;
}

export interface CompareSessionPorts {
  readonly refs: readonly TaskRef[];
  readonly connections: Connections;
  readonly looks: RunLooksMemory;
  readonly drawn: DrawnRuns;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deeds: CompareDeeds;
  post(message: HostMessage): void;
}

/** The life of one comparison, without the editor: reads the runs, and keeps live ones true while visible. */
export class CompareSession implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly readers = new Map<string, ConnectionRuns>();
  private readonly states = new Map<string, RunState>();
  private isVisible = false;
  private readonly pointing: Pointing;
  private readonly drawing: Drawing;

  constructor(private readonly ports: CompareSessionPorts) {
    this.pointing = new Pointing((refs) => ports.deeds.pointAt(refs));
    this.drawing = this.owned.add(ports.drawn.open(ports.refs));
    this.owned.add(ports.connections.onDidChange(() => this.meetConnections()));
    this.owned.add(ports.looks.onDidChange(() => ports.post({ type: 'looks', looks: this.looks() })));
    this.meetConnections();
  }

  /** Hidden: nothing is asked for. */
  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
    this.readers.forEach((reader) => reader.setOn(isVisible));
    if (isVisible) {
      this.drawing.show(this.ports.refs);
    } else {
      this.pointing.at([]);
    }
  }

  /** Takes what the page sent; anything that is not in the contract is logged and dropped. */
  receive(message: unknown): void {
    const { logger } = this.ports;
    takeMessage(message, { schema: pageMessage, sender: 'A comparison', logger }, (taken) =>
      this.handle(taken),
    );
  }

  dispose(): void {
    this.pointing.at([]);
    this.readers.forEach((reader) => reader.dispose());
    this.owned.dispose();
  }

  private handle(message: PageMessage): void {
    switch (message.type) {
      case 'ready':
        this.open();
        return;
      case 'retry':
        this.readers.forEach((reader) => reader.retry());
        return;
      case 'pointAt':
        this.pointing.at(message.runs.flatMap((key) => this.refOf(key) ?? []));
        return;
      default:
        this.report(this.deed(message));
    }
  }

  private deed(
    message: Exclude<PageMessage, { type: 'ready' | 'retry' | 'pointAt' }>,
  ): Promise<void> | undefined {
    const { deeds } = this.ports;
    switch (message.type) {
      case 'text':
      case 'console': {
        const ref = this.refOf(message.key);
        const base = message.base === null ? undefined : this.refOf(message.base);
        return ref === undefined
          ? undefined
          : message.type === 'text'
            ? deeds.openText(message.text, ref, base)
            : deeds.openConsole(ref, base);
      }
      case 'openTask': {
        const ref = this.refOf(message.key);
        return ref && deeds.openTask(ref);
      }
      case 'curves':
        return deeds.showCurves(message.keys.flatMap((key) => this.refOf(key) ?? []));
      case 'copy':
        return deeds.copy(message.text);
      case 'saveReport':
        return deeds.saveReport(message.text);
      case 'savePicture':
        return deeds.savePicture(fileNameOf(message.name, message.format), message.bytes);
    }
  }

  private open(): void {
    const { connections } = this.ports;
    this.ports.post({
      type: 'open',
      refs: this.ports.refs.map(({ connectionId, taskId }) => ({ connectionId, taskId })),
      connectionLabels: this.ports.refs.map(
        ({ connectionId }) => connections.get(connectionId)?.info.label ?? connectionId,
      ),
      looks: this.looks(),
    });
    this.states.forEach((state, key) => this.ports.post({ type: 'run', key, state }));
  }

  private looks(): number[] {
    const keys = this.ports.refs.map(runKey);
    const known = this.ports.looks.looksOf(keys);
    return keys.map((key) => known.get(key) ?? 0);
  }

  /** Starts reading what a connection has as soon as there is one; after a reload that may be a moment later. */
  private meetConnections(): void {
    for (const [connectionId, refs] of Map.groupBy(this.ports.refs, (ref) => ref.connectionId)) {
      const session = this.ports.connections.get(connectionId);
      const reader = this.readers.get(connectionId);
      if (session === undefined) {
        reader?.dispose();
        this.readers.delete(connectionId);
        refs.forEach((ref) => this.tell(ref, unknownConnection(connectionId)));
      } else if (reader === undefined) {
        refs.forEach((ref) => this.tell(ref, { phase: 'reading' }));
        const made = new ConnectionRuns({
          session,
          taskIds: refs.map(({ taskId }) => taskId),
          now: () => this.ports.clock.now(),
          onState: (taskId, state) => this.tell({ connectionId, taskId }, state),
        });
        this.readers.set(connectionId, made);
        made.setOn(this.isVisible);
      }
    }
  }

  private tell(ref: TaskRef, state: RunState): void {
    const key = runKey(ref);
    if (this.refOf(key) !== undefined) {
      this.states.set(key, state);
      this.ports.post({ type: 'run', key, state });
    }
  }

  private refOf(key: string): TaskRef | undefined {
    return this.ports.refs.find((ref) => runKey(ref) === key);
  }

  private report(work: Promise<void> | undefined): void {
    work?.catch((error: unknown) => this.ports.logger.error('An action of a comparison failed.', error));
  }
}

function unknownConnection(connectionId: string): RunState {
  return {
    phase: 'failed',
    failure: {
      message: `The connection “${connectionId}” of this run is not known in this window.`,
      nextStep: 'Add the connection again, or take the run out of the comparison.',
    },
  };
}
