import type { DependencyGraph } from '../../src/core/dependency-graph';
import { findCycles, foldStages, stageNodeId } from '../../src/core/graph-structure';
import type {
  GraphHostMessage,
  GraphPanelMessage,
  GraphPersisted,
  GraphRef,
  NodeState,
} from '../../src/features/graph/graph-contract';
import { button, textField } from '../kit/control-elements';
import { element, setShown, setText } from '../kit/dom';
import type { PagePorts } from '../kit/start-page';
import { GraphCanvas } from './graph-canvas';

/** Nodes that a sentence names. */
const MOST_NAMED = 12;
/** Fewer stages than this are folded one by one only. */
const LEAST_FOR_ALL = 3;

/** The whole panel: title, controls, what is odd about the graph, and the graph. */
export class GraphPage {
  readonly root: HTMLElement;
  private readonly title = element('h1', { class: 'ellipsis', text: 'Dependencies' });
  private readonly notes = element('ul', { class: 'notes' });
  private readonly notice = element('p', { class: 'notice', attributes: { role: 'status' } });
  private readonly retry = button({ label: 'Try Again', onClick: () => this.ports.post({ type: 'retry' }) });
  private readonly stages = element('div', { class: 'stages' });
  private readonly place = element('div', { class: 'place' });
  private readonly matches = element('span', { class: 'matches', attributes: { role: 'status' } });
  private readonly search = this.searchField();
  private readonly states = new Map<string, NodeState>();
  private ref: GraphRef | undefined;
  private graph: DependencyGraph | undefined;
  private canvas: GraphCanvas | undefined;
  private drawn = '';
  private found: readonly string[] = [];
  private foundIndex = -1;
  private searched = '';

  constructor(
    private readonly folded: Set<string>,
    private readonly ports: PagePorts<GraphPanelMessage, GraphPersisted>,
  ) {
    this.root = element('main', { class: 'panel' }, [
      element('header', {}, [this.title, this.tools()]),
      this.stages,
      this.notice,
      this.retry.root,
      this.notes,
      this.place,
    ]);
    this.root.dataset.vscodeContext = JSON.stringify({ preventDefaultContextMenuItems: true });
    setText(this.notice, 'Reading what depends on what…');
    setShown(this.retry.root, false);
    setShown(this.stages, false);
    document.addEventListener('keydown', (event) => this.key(event));
  }

  receive(message: GraphHostMessage): void {
    switch (message.type) {
      case 'open':
        this.ref = message.ref;
        this.save();
        return;
      case 'reading':
        this.notify('Reading what depends on what…', false);
        return;
      case 'graph':
        this.graph = message.graph;
        // What is read now is newer than any state that was told before.
        this.states.clear();
        this.notify('', false);
        this.draw();
        return;
      case 'states':
        message.states.forEach((state) => this.states.set(state.taskId, state));
        this.draw();
        return;
      case 'failed':
        this.notify(`${this.staleWord()}${message.failure.message} ${message.failure.nextStep}`.trim(), true);
        return;
    }
  }

  /** A graph that stays must not look fresh; one that is not whole yet says so itself. */
  private staleWord(): string {
    return this.graph === undefined || this.graph.isPartial === true ? '' : 'Not up to date. ';
  }

  private searchField(): HTMLElement {
    const { root } = textField({
      label: 'Search',
      placeholder: 'Search (/)',
      value: '',
      onInput: (text) => this.searchFor(text),
    });
    root.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        this.showMatch(event.shiftKey ? -1 : 1);
      } else if (event.key === 'Escape') {
        Object.assign(root, { value: '' });
        this.searchFor('');
        this.canvas?.focus();
      }
      event.stopPropagation();
    });
    return root;
  }

  private searchFor(text: string): void {
    this.searched = text;
    this.found = this.canvas?.search(text) ?? [];
    this.foundIndex = -1;
    const count = this.found.length === 0 ? 'No match' : `${this.found.length} found`;
    setText(this.matches, text.trim() === '' ? '' : count);
    const [first] = this.found;
    if (first !== undefined) {
      this.canvas?.show(first);
    }
  }

  private showMatch(step: 1 | -1): void {
    const { length } = this.found;
    this.foundIndex = (this.foundIndex + step + length) % Math.max(1, length);
    const id = this.found[this.foundIndex];
    if (id !== undefined) {
      this.canvas?.show(id);
      setText(this.matches, `${this.foundIndex + 1} of ${length}`);
    }
  }

  private tools(): HTMLElement {
    return element('div', { class: 'tools' }, [
      this.search,
      this.matches,
      button({ label: 'Fit', title: 'Show everything (0)', onClick: () => this.canvas?.fit('whole') }).root,
      button({ label: '+', title: 'Zoom in (+)', onClick: () => this.canvas?.zoom(1.25) }).root,
      button({ label: '−', title: 'Zoom out (-)', onClick: () => this.canvas?.zoom(0.8) }).root,
    ]);
  }

  /** Keys that work wherever the focus is, but in the search. */
  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.canvas === undefined) {
      return;
    }
    if (event.key === '/') {
      this.search.focus();
    } else if (event.key === '+' || event.key === '=') {
      this.canvas.zoom(1.25);
    } else if (event.key === '-') {
      this.canvas.zoom(0.8);
    } else if (event.key === '0') {
      this.canvas.fit('whole');
    } else if (event.key.startsWith('Arrow') && event.target === document.body) {
      this.canvas.focus();
    } else {
      return;
    }
    event.preventDefault();
  }

  private notify(text: string, canRetry: boolean): void {
    setText(this.notice, text);
    setShown(this.notice, text !== '');
    setShown(this.retry.root, canRetry);
  }

  private draw(): void {
    const { graph } = this;
    if (graph === undefined || this.ref === undefined) {
      return;
    }
    setText(this.title, graph.title);
    const shown = foldStages(this.withStates(graph), this.folded);
    // Only another shape is laid out anew: a changed status or label moves nothing.
    const shape = JSON.stringify([shown.nodes.map(({ id }) => id), shown.edges, shown.focusId]);
    if (shape !== this.drawn) {
      this.drawn = shape;
      this.drawStages(graph);
      this.replaceCanvas(shown, this.ref.connectionId);
    }
    this.drawNotes(graph);
    this.canvas?.update(shown.nodes, this.states);
  }

  /** What was in view stays there, and so does the focus. */
  private replaceCanvas(shown: DependencyGraph, connectionId: string): void {
    const before = this.canvas;
    const anchor = before?.anchor();
    // A page that is not the one in use must not take the focus from a picker or another editor.
    const hadFocus = document.hasFocus() && before?.hasFocus === true;
    const startedAt = performance.now();
    const canvas = new GraphCanvas(shown, new Set(findCycles(shown).flat()), {
      connectionId,
      choose: (id) => this.choose(id),
    });
    this.canvas = canvas;
    this.place.replaceChildren(canvas.root);
    before?.dispose();
    if (anchor === undefined) {
      canvas.fit('readable');
    } else {
      canvas.restore(anchor);
    }
    // For measuring; nothing reads it but tests.
    document.body.dataset.drawMs = String(Math.round(performance.now() - startedAt));
    if (hadFocus) {
      canvas.focus();
    }
    this.found = canvas.search(this.searched);
  }

  private withStates(graph: DependencyGraph): DependencyGraph {
    const nodes = graph.nodes.map((node) => {
      const state = node.taskId === undefined ? undefined : this.states.get(node.taskId);
      const status = state?.status ?? node.status;
      const { word: _stale, ...rest } = node;
      return status === node.status ? node : { ...rest, status };
    });
    return { ...graph, nodes };
  }

  private drawNotes(graph: DependencyGraph): void {
    const labels = new Map(graph.nodes.map(({ id, label }) => [id, label]));
    const gone = graph.nodes.filter(({ isMissing }) => isMissing === true).map(({ label }) => label);
    const lines = [
      ...findCycles(graph).map((ids) =>
        ids.length === 1
          ? `This waits for itself: ${labels.get(ids[0] ?? '') ?? ''}.`
          : `These wait for each other: ${named(ids.map((id) => labels.get(id) ?? id))}.`,
      ),
      ...(gone.length === 0 ? [] : [`Not on the server any more: ${named(gone)}.`]),
      ...(graph.edges.length === 0 && graph.isPartial !== true
        ? ['Nothing depends on this, and it depends on nothing.']
        : []),
      ...graph.notes,
    ];
    const text = lines.join('\n');
    if (this.notes.dataset.lines !== text) {
      this.notes.dataset.lines = text;
      this.notes.replaceChildren(...lines.map((line) => element('li', { text: line })));
      setShown(this.notes, lines.length > 0);
    }
  }

  private drawStages(graph: DependencyGraph): void {
    const names = stagesOf(graph);
    setShown(this.stages, names.length > 0);
    const all = button({
      label: names.every((name) => this.folded.has(name)) ? 'Unfold all' : 'Fold all',
      onClick: () => this.toggleAll(names),
    });
    this.stages.replaceChildren(
      ...(names.length < LEAST_FOR_ALL ? [] : [all.root]),
      ...names.map((stage) => {
        const label = `${this.folded.has(stage) ? 'Unfold' : 'Fold'} ${stage}`;
        return button({ label, onClick: () => this.toggle(stage) }).root;
      }),
    );
  }

  private toggle(stage: string): void {
    if (!this.folded.delete(stage)) {
      this.folded.add(stage);
    }
    this.save();
    this.draw();
  }

  private toggleAll(names: readonly string[]): void {
    const isAllFolded = names.every((name) => this.folded.has(name));
    names.forEach((name) => (isAllFolded ? this.folded.delete(name) : this.folded.add(name)));
    this.save();
    this.draw();
  }

  private choose(id: string): void {
    const stage = [...this.folded].find((each) => stageNodeId(each) === id);
    const taskId = this.graph?.nodes.find((node) => node.id === id)?.taskId;
    if (stage !== undefined) {
      this.toggle(stage);
    } else if (taskId !== undefined) {
      this.ports.post({ type: 'openTask', taskId });
    }
  }

  private save(): void {
    if (this.ref !== undefined) {
      this.ports.save({ ref: this.ref, folded: [...this.folded] });
    }
  }
}

function stagesOf(graph: DependencyGraph): readonly string[] {
  return [...new Set(graph.nodes.flatMap(({ stage }) => stage ?? []))];
}

/** Names in a sentence; a few of many. */
function named(labels: readonly string[]): string {
  const rest = labels.length - MOST_NAMED;
  return `${labels.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
