import type { DependencyNode } from '../../src/core/dependency-graph';
import type { TaskAction } from '../../src/core/actions';
import { shortened } from '../../src/core/short-text';
import { statusLabel, type TaskStatus } from '../../src/core/status';
import { icon, type IconName } from '../shared/icons';
import { svgElement } from './svg-element';

export const NODE_WIDTH = 190;
export const NODE_HEIGHT = 48;
const LABEL_LETTERS = 21;

/** The same signs as in the trees of the side bar. */
const STATUS_ICONS: Readonly<Record<TaskStatus, IconName>> = {
  draft: 'circleLarge',
  queued: 'watch',
  running: 'playCircle',
  completed: 'pass',
  failed: 'error',
  stopped: 'circleSlash',
  published: 'verified',
  blocked: 'lock',
  unknown: 'question',
};

/** A box with the status as sign, colour and word. */
export class NodeView {
  readonly root: SVGGElement;
  private readonly label = svgElement('text', { x: 34, y: 20, class: 'node-label' });
  private readonly state = svgElement('text', { x: 34, y: 37, class: 'node-state' });
  private readonly title = svgElement('title');
  private readonly sign = svgElement('g');

  constructor(
    private node: DependencyNode,
    private readonly connectionId: string,
    place: { readonly x: number; readonly y: number },
  ) {
    this.root = svgElement(
      'g',
      { class: 'node', role: 'button', tabindex: -1, transform: `translate(${place.x} ${place.y})` },
      [
        svgElement('rect', { width: NODE_WIDTH, height: NODE_HEIGHT, rx: 4 }),
        this.sign,
        this.label,
        this.state,
        this.title,
      ],
    );
    this.draw(node, []);
  }

  get current(): DependencyNode {
    return this.node;
  }

  draw(node: DependencyNode, actions: readonly TaskAction[]): void {
    this.node = node;
    const word = node.isMissing === true ? 'Gone' : (node.word ?? statusLabel(node.status));
    const kind = node.type === undefined ? '' : ` · ${node.type}`;
    this.label.textContent = cut(node.label, LABEL_LETTERS);
    this.state.textContent = cut(`${word}${kind}`, LABEL_LETTERS + 4);
    this.title.textContent = [node.label, `${word}${kind}`, node.reason ?? ''].filter(Boolean).join('\n');
    this.root.dataset.status = node.status;
    this.root.classList.toggle('is-missing', node.isMissing === true);
    this.root.setAttribute('aria-label', [node.label, word, node.reason ?? ''].filter(Boolean).join(', '));
    const sign = icon(STATUS_ICONS[node.status]);
    for (const [name, value] of Object.entries({ x: 10, y: 16, width: 16, height: 16 })) {
      sign.setAttribute(name, String(value));
    }
    this.sign.replaceChildren(sign);
    if (node.taskId !== undefined) {
      this.root.dataset.vscodeContext = JSON.stringify({
        connectionId: this.connectionId,
        taskId: node.taskId,
        webviewItem: `;kind=task;${actions.map((action) => `can=${action};`).join('')}`,
        preventDefaultContextMenuItems: true,
      });
    }
  }
}

function cut(text: string, most: number): string {
  const start = shortened(text, most);
  return start === text ? text : `${shortened(text, most - 1)}…`;
}
