import type { DependencyGraph } from '../../src/core/dependency-graph';
import { findCycles, foldStages, stageNodeId } from '../../src/core/graph-structure';
import type {
  GraphHostMessage,
  GraphPanelMessage,
  GraphPersisted,
  GraphRef,
  NodeState,
} from '../../src/features/graph/graph-contract';
import { button, textField } from '../shared/control-elements';
import { element, setShown, setText } from '../shared/dom';
import { GraphCanvas } from './graph-canvas';

export interface GraphPagePorts {
  post(message: GraphPanelMessage): void;
  save(state: GraphPersisted): void;
}

/** The whole panel: title, controls, what is odd about the graph, and the graph. */
export class GraphPage {
  readonly root: HTMLElement;
  private readonly title = element('h1', { class: 'ellipsis', text: 'Dependencies' });
  private readonly notes = element('ul', { class: 'notes' });
  private readonly notice = element('p', { class: 'notice', attributes: { role: 'status' } });
  private readonly retry = button({ label: 'Try Again', onClick: () => this.ports.post({ type: 'retry' }) });
  private readonly stages = element('span', { class: 'stages' });
  private readonly room = element('div', { class: 'room' });
  private readonly states = new Map<string, NodeState>();
  private ref: GraphRef | undefined;
  private graph: DependencyGraph | undefined;
  private canvas: GraphCanvas | undefined;
  private drawn = '';
  private found: readonly string[] = [];
  private searched = '';

  constructor(
    private readonly folded: Set<string>,
    private readonly ports: GraphPagePorts,
  ) {
    this.root = element('main', { class: 'panel' }, [
      element('header', {}, [this.title, this.tools()]),
      this.notice,
      this.retry.root,
      this.notes,
      this.room,
    ]);
    setText(this.notice, 'Reading what depends on what…');
    setShown(this.retry.root, false);
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
        this.notify(`${message.failure.message} ${message.failure.nextStep}`, true);
        return;
    }
  }

  private tools(): HTMLElement {
    const search = textField({
      label: 'Search',
      placeholder: 'Search tasks',
      value: '',
      onInput: (text) => {
        this.searched = text;
        this.found = this.canvas?.search(text) ?? [];
      },
    });
    search.root.addEventListener('keydown', (event) => {
      const [first] = this.found;
      if (event.key === 'Enter' && first !== undefined) {
        this.canvas?.focus(first);
      }
    });
    return element('div', { class: 'tools' }, [
      search.root,
      button({ label: 'Fit', onClick: () => this.canvas?.fit() }).root,
      button({ label: '+', title: 'Zoom in', onClick: () => this.canvas?.zoom(1.25) }).root,
      button({ label: '−', title: 'Zoom out', onClick: () => this.canvas?.zoom(0.8) }).root,
      this.stages,
    ]);
  }

  private notify(text: string, canRetry: boolean): void {
    setText(this.notice, text);
    setShown(this.notice, text !== '');
    setShown(this.retry.root, canRetry);
  }

  private draw(): void {
    const { graph, ref } = this;
    if (graph === undefined || ref === undefined) {
      return;
    }
    setText(this.title, graph.title);
    const shown = foldStages(this.withStates(graph), this.folded);
    // Only another shape is laid out anew: a changed status moves nothing.
    const shape = JSON.stringify([
      shown.nodes.map(({ id, label, taskId, type, isMissing }) => [id, label, taskId, type, isMissing]),
      shown.edges,
    ]);
    if (shape !== this.drawn) {
      this.drawn = shape;
      const cycles = findCycles(graph);
      this.drawNotes(graph, cycles);
      this.drawStages(graph);
      this.canvas = new GraphCanvas(shown, new Set(findCycles(shown).flat()), {
        connectionId: ref.connectionId,
        choose: (id) => this.choose(id),
      });
      this.room.replaceChildren(this.canvas.root);
      this.canvas.fit();
      this.found = this.canvas.search(this.searched);
    }
    this.canvas?.update(shown.nodes, this.states);
  }

  private withStates(graph: DependencyGraph): DependencyGraph {
    const stateOf = (taskId: string | undefined): NodeState | undefined =>
      taskId === undefined ? undefined : this.states.get(taskId);
    const nodes = graph.nodes.map((node) => {
      const status = stateOf(node.taskId)?.status ?? node.status;
      const { word: _stale, ...rest } = node;
      return status === node.status ? node : { ...rest, status };
    });
    return { ...graph, nodes };
  }

  private drawNotes(graph: DependencyGraph, cycles: readonly (readonly string[])[]): void {
    const labels = new Map(graph.nodes.map(({ id, label }) => [id, label]));
    const gone = graph.nodes.filter(({ isMissing }) => isMissing === true).map(({ label }) => label);
    const lines = [
      ...cycles.map(
        (ids) => `These wait for each other: ${ids.map((id) => labels.get(id) ?? id).join(', ')}.`,
      ),
      ...(gone.length === 0 ? [] : [`Not on the server any more: ${gone.join(', ')}.`]),
      ...(graph.edges.length === 0 ? ['Nothing depends on this, and it depends on nothing.'] : []),
      ...graph.notes,
    ];
    this.notes.replaceChildren(...lines.map((text) => element('li', { text })));
  }

  private drawStages(graph: DependencyGraph): void {
    const names = [...new Set(graph.nodes.flatMap(({ stage }) => stage ?? []))];
    this.stages.replaceChildren(
      ...names.map((stage) => {
        const isFolded = this.folded.has(stage);
        const label = `${isFolded ? 'Unfold' : 'Fold'} ${stage}`;
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
