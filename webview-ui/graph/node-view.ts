import type { DependencyNode } from '../../src/core/dependency-graph';
import { statusLabel, type TaskStatus } from '../../src/core/status';
import type { NodeState } from '../../src/features/graph/graph-contract';
import { statusSign } from '../kit/status-sign';
import { fittedText } from './fitted-text';
import { svgElement } from '../kit/svg-element';
import { offerTaskMenu } from '../kit/task-context';

export const NODE_WIDTH = 190;
export const NODE_HEIGHT = 48;
/** In small letters. */
const LABEL_WIDTH = 21;
const STATE_WIDTH = 26;

/** Parsed once each: thousands of nodes share nine signs. */
const SIGNS = new Map<TaskStatus, Element>();

function signOf(status: TaskStatus): Element {
  const known = SIGNS.get(status);
  if (known !== undefined) {
    return known;
  }
  const sign = statusSign(status);
  for (const [name, value] of Object.entries({ x: 10, y: 16, width: 16, height: 16 })) {
    sign.setAttribute(name, String(value));
  }
  SIGNS.set(status, sign);
  return sign;
}

/** A box with the status as sign, colour and word. */
export class NodeView {
  readonly root: SVGGElement;
  private readonly label = svgElement('text', { x: 34, y: 20, class: 'node-label' });
  private readonly state = svgElement('text', { x: 34, y: 37, class: 'node-state' });
  private readonly title = svgElement('title');
  private readonly sign = svgElement('g');
  private drawn = '';

  /** `relations`: what stands before and after it, in words. */
  constructor(
    private node: DependencyNode,
    private readonly connectionId: string,
    private readonly relations: string,
    place: { readonly x: number; readonly y: number },
  ) {
    this.root = svgElement(
      'g',
      { class: 'node', tabindex: -1, transform: `translate(${place.x} ${place.y})` },
      [
        svgElement('rect', { width: NODE_WIDTH, height: NODE_HEIGHT, rx: 4 }),
        this.sign,
        this.label,
        this.state,
        this.title,
      ],
    );
    this.draw(node);
  }

  get current(): DependencyNode {
    return this.node;
  }

  /** `Failed · training`: what stands below the label. */
  get stateText(): string {
    const { isMissing, word, status, type } = this.node;
    const state = isMissing === true ? 'Gone' : (word ?? statusLabel(status));
    return type === undefined ? state : `${state} · ${type}`;
  }

  /** Touches nothing where nothing changed; true where something did. */
  draw(node: DependencyNode, state?: NodeState): boolean {
    const key = JSON.stringify([node, state?.menu]);
    if (key === this.drawn) {
      return false;
    }
    const isOtherStatus = this.drawn === '' || node.status !== this.node.status;
    this.drawn = key;
    this.node = node;
    this.drawText();
    if (isOtherStatus) {
      this.drawSign();
    }
    this.drawMenu(state);
    return true;
  }

  private drawText(): void {
    const { label, reason, isMissing, taskId, type, status } = this.node;
    this.label.textContent = fittedText(label, LABEL_WIDTH);
    this.state.textContent = fittedText(this.stateText, STATE_WIDTH);
    this.title.textContent = [label, this.stateText, reason ?? ''].filter(Boolean).join('\n');
    this.root.dataset.status = status;
    this.root.classList.toggle('is-missing', isMissing === true);
    const isOpenable = taskId !== undefined || type === 'stage';
    this.root.classList.toggle('is-openable', isOpenable);
    this.root.setAttribute('role', isOpenable ? 'button' : 'img');
    const spoken = [label, this.stateText, reason ?? '', this.relations].filter(Boolean);
    this.root.setAttribute('aria-label', spoken.join(', '));
  }

  private drawSign(): void {
    this.sign.replaceChildren(signOf(this.node.status).cloneNode(true));
  }

  /** What the editor's own menu offers here. */
  private drawMenu(state: NodeState | undefined): void {
    const { taskId } = this.node;
    if (taskId === undefined) {
      delete this.root.dataset.vscodeContext;
      return;
    }
    offerTaskMenu(this.root, { connectionId: this.connectionId, taskId }, state?.menu);
  }
}
