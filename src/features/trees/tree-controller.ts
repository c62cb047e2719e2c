import { steadyClock, type Clock } from '../../core/clock';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { Emitter, type Event } from '../../core/emitter';
import type { EpochMs } from '../../core/entities';
import type { Logger } from '../../core/logger';
import type { Connections, ConnectionSession, StoreNeed } from '../../store/contract';
import { RowDrawer } from './row-drawer';
import { isSameButForFigures, isSameRow, type RowModel } from './row-model';
import { connectionNode, type TreeNode } from './tree-nodes';
import { TreeShape } from './tree-shape';
import type { TreeSource, ViewHeader } from './tree-source';

/** After a change the tree is compared with what it should show: at once, but not more often than this. */
const COMPARE_GAP_MS = 300;
const FIRST_COMPARE_MS = 15;
/** Least time between two drawings of one row when only figures or times in it changed. */
const FIGURES_GAP_MS = 2_000;
/** Least time between two updates of relative times. */
const SHORTEST_TICK_MS = 30_000;

export interface TreeControllerOptions {
  readonly connections: Connections;
  readonly source: TreeSource;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * One view, free of the editor: knows which rows are on display, holds exactly the needs of those while the view is
 * visible, and after a change names the rows that look different now. Rows keep their identity as long as they exist.
 */
export class TreeController implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes: Emitter<TreeNode | undefined>;
  private readonly headers: Emitter<ViewHeader>;
  private readonly shape = new TreeShape();
  private readonly drawer: RowDrawer;
  private readonly drawn = new Map<string, RowModel>();
  private readonly drawnAt = new Map<string, EpochMs>();
  /** By connection and need. The session is kept beside it, because another one may take its place. */
  private readonly held = new Map<
    string,
    { readonly session: ConnectionSession; readonly hold: Disposable }
  >();
  private subscriptions = new DisposableStore();
  private compareTimer: Disposable | undefined;
  private tick: Disposable | undefined;
  private tickFor: EpochMs = Number.POSITIVE_INFINITY;
  private compareAt: EpochMs = 0;
  /** For waits between redraws; rows tell times of the clock itself. */
  private readonly gaps: Clock;
  private comparedAt = Number.NEGATIVE_INFINITY;
  private isVisible = false;
  private lastHeader: ViewHeader = {};

  constructor(private readonly options: TreeControllerOptions) {
    this.gaps = steadyClock(options.clock);
    const onError = (error: unknown): void => options.logger.error('A view could not be updated.', error);
    this.changes = this.owned.add(new Emitter(onError));
    this.headers = this.owned.add(new Emitter(onError));
    this.drawer = new RowDrawer(options.connections, options.source);
    this.owned.add(options.connections.onDidChange(() => this.onConnectionsChanged()));
    if (options.source.onDidChange) {
      this.owned.add(options.source.onDidChange(() => this.onSourceChanged()));
    }
    this.subscribe();
  }

  /** Rows to draw again with everything below them; undefined = the whole view. */
  get onDidChange(): Event<TreeNode | undefined> {
    return this.changes.event;
  }

  get onDidChangeHeader(): Event<ViewHeader> {
    return this.headers.event;
  }

  get header(): ViewHeader {
    return this.options.source.header?.() ?? {};
  }

  setVisible(isVisible: boolean): void {
    if (this.isVisible === isVisible) {
      return;
    }
    this.isVisible = isVisible;
    this.syncNeeds();
    if (isVisible) {
      this.compare();
    } else {
      this.stopTimers();
    }
  }

  setExpanded(node: TreeNode, isExpanded: boolean): void {
    this.shape.setExpanded(node.id, isExpanded);
    this.syncNeeds();
    if (isExpanded) {
      this.compareSoon();
    }
  }

  /** The rows below a node, which are on display from here on. */
  children(parent: TreeNode | undefined): readonly TreeNode[] {
    this.shape.setExpanded(parent?.id, true);
    const rows = this.shape.put(parent, this.wanted(parent));
    this.forgetGone();
    this.syncNeeds();
    return rows;
  }

  parent(node: TreeNode): TreeNode | undefined {
    return this.shape.parent(node.id);
  }

  row(node: TreeNode): RowModel {
    const row = this.draw(node);
    this.drawn.set(node.id, row);
    this.drawnAt.set(node.id, this.gaps.now());
    if (row.expiresAt !== undefined && row.expiresAt < this.tickFor) {
      this.tickAt(row.expiresAt);
    }
    return row;
  }

  tooltip(node: TreeNode): string | undefined {
    return this.drawer.tooltip(node, this.options.clock.now());
  }

  /** The same row as it is on display, for a node that was made elsewhere. */
  find(id: string): TreeNode | undefined {
    return this.shape.node(id);
  }

  dispose(): void {
    this.isVisible = false;
    this.syncNeeds();
    this.stopTimers();
    this.subscriptions.dispose();
    this.owned.dispose();
  }

  private onConnectionsChanged(): void {
    this.subscribe();
    this.syncNeeds();
    this.compareSoon();
  }

  private onSourceChanged(): void {
    this.syncNeeds();
    this.compareNow();
  }

  private subscribe(): void {
    this.subscriptions.dispose();
    this.subscriptions = new DisposableStore();
    for (const { store } of this.options.connections.all()) {
      this.subscriptions.add(store.onDidChange(() => this.compareSoon()));
    }
  }

  private wanted(parent: TreeNode | undefined): readonly TreeNode[] {
    const sessions = this.options.connections.all();
    if (parent === undefined) {
      const [only] = sessions;
      return sessions.length === 1 && only
        ? this.options.source.children(only, undefined)
        : sessions.map(({ info }) => connectionNode(info.id));
    }
    const session = this.options.connections.get(parent.connectionId);
    return session ? this.options.source.children(session, inSession(parent)) : [];
  }

  private draw(node: TreeNode): RowModel {
    return this.drawer.row(node, this.options.clock.now());
  }

  private compareSoon(): void {
    if (!this.isVisible) {
      return;
    }
    const sinceMs = this.gaps.now() - this.comparedAt;
    const delayMs = Math.max(FIRST_COMPARE_MS, COMPARE_GAP_MS - sinceMs);
    this.compareAfter(delayMs);
  }

  private compareNow(): void {
    if (this.isVisible) {
      this.compare();
    }
  }

  /** Names what looks different from what was last handed out. */
  private compare(): void {
    this.compareTimer?.dispose();
    this.compareTimer = undefined;
    this.comparedAt = this.gaps.now();
    this.syncNeeds();
    this.compareBelow(undefined);
    this.compareHeader();
    this.tickAt(this.firstExpiry());
  }

  private compareBelow(parent: TreeNode | undefined): void {
    const shown = this.shape.children(parent?.id);
    if (!shown || !this.shape.isOnDisplay(parent?.id)) {
      return;
    }
    const wanted = this.wanted(parent);
    if (wanted.length !== shown.length || wanted.some(({ id }, index) => id !== shown[index]?.id)) {
      this.changes.fire(parent);
      return;
    }
    for (const node of shown) {
      if (!this.fireIfDifferent(node)) {
        this.compareBelow(node);
      }
    }
  }

  /** A row whose figures tick is drawn again a little later than one whose state changed: each costs the editor. */
  private fireIfDifferent(node: TreeNode): boolean {
    const drawn = this.drawn.get(node.id);
    const row = drawn && this.draw(node);
    if (!drawn || !row || isSameRow(drawn, row)) {
      return false;
    }
    const waitMs = (this.drawnAt.get(node.id) ?? 0) + FIGURES_GAP_MS - this.gaps.now();
    if (waitMs > 0 && isSameButForFigures(drawn, row)) {
      this.compareAfter(waitMs);
      return false;
    }
    this.changes.fire(node);
    return true;
  }

  private compareAfter(delayMs: number): void {
    const at = this.gaps.now() + delayMs;
    if (this.compareTimer && this.compareAt <= at) {
      return;
    }
    this.compareTimer?.dispose();
    this.compareAt = at;
    this.compareTimer = this.options.clock.after(delayMs, () => this.compare());
  }

  private compareHeader(): void {
    const { header } = this;
    if (header.description !== this.lastHeader.description || header.message !== this.lastHeader.message) {
      this.lastHeader = header;
      this.headers.fire(header);
    }
  }

  private syncNeeds(): void {
    const wanted = this.isVisible ? this.wantedNeeds() : new Map<string, WantedNeed>();
    const before = [...this.held];
    for (const [key, { session, need }] of wanted) {
      if (this.held.get(key)?.session !== session) {
        this.held.set(key, { session, hold: session.store.need(need) });
      }
    }
    for (const [key, was] of before) {
      const isWanted = wanted.has(key);
      if (!isWanted || this.held.get(key) !== was) {
        was.hold.dispose();
      }
      if (!isWanted) {
        this.held.delete(key);
      }
    }
  }

  private wantedNeeds(): Map<string, WantedNeed> {
    const wanted = new Map<string, WantedNeed>();
    const want = (session: ConnectionSession, parent: TreeNode | undefined): void => {
      for (const need of this.options.source.needs(session, parent)) {
        wanted.set(JSON.stringify([session.info.id, need]), { session, need });
      }
    };
    const sessions = this.options.connections.all();
    const [only] = sessions;
    if (sessions.length === 1 && only) {
      want(only, undefined);
    }
    for (const node of this.shape.expandedOnDisplay()) {
      const session = this.options.connections.get(node.connectionId);
      if (session) {
        want(session, inSession(node));
      }
    }
    return wanted;
  }

  /** Draws again when the first relative time on display has become untrue; one timer, and none while hidden. */
  private tickAt(expiresAt: EpochMs): void {
    this.tick?.dispose();
    this.tick = undefined;
    this.tickFor = expiresAt;
    if (this.isVisible && Number.isFinite(expiresAt)) {
      const delayMs = Math.max(SHORTEST_TICK_MS, expiresAt - this.options.clock.now());
      this.tick = this.options.clock.after(delayMs, () => this.compare());
    }
  }

  private firstExpiry(): EpochMs {
    let first = Number.POSITIVE_INFINITY;
    for (const { expiresAt } of this.drawn.values()) {
      first = Math.min(first, expiresAt ?? first);
    }
    return first;
  }

  private forgetGone(): void {
    for (const id of this.drawn.keys()) {
      if (!this.shape.node(id)) {
        this.drawn.delete(id);
        this.drawnAt.delete(id);
      }
    }
  }

  private stopTimers(): void {
    this.compareTimer?.dispose();
    this.compareTimer = undefined;
    this.tick?.dispose();
    this.tick = undefined;
    this.tickFor = Number.POSITIVE_INFINITY;
  }
}

interface WantedNeed {
  readonly session: ConnectionSession;
  readonly need: StoreNeed;
}

/** A connection's own row stands for the connection itself. */
function inSession(node: TreeNode): TreeNode | undefined {
  return node.kind === 'connection' ? undefined : node;
}
