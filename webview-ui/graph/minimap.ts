import type { Disposable } from '../../src/core/disposable';
import type { GraphLayout, Place } from '../../src/core/graph-layout';
import type { TaskStatus } from '../../src/core/status';
import { element, setShown } from '../kit/dom';
import { onThemeChange } from '../kit/theme';
import type { ViewWindow } from './graph-viewport';
import { NODE_HEIGHT, NODE_WIDTH } from './node-view';

/** The editor's colours, as in the graph itself. */
const COLOURS: Readonly<Record<TaskStatus, string>> = {
  draft: '--vscode-descriptionForeground',
  queued: '--vscode-charts-yellow',
  running: '--vscode-charts-green',
  completed: '--vscode-charts-blue',
  failed: '--vscode-charts-red',
  stopped: '--vscode-descriptionForeground',
  published: '--vscode-charts-purple',
  blocked: '--vscode-charts-yellow',
  unknown: '--vscode-descriptionForeground',
};

/** Graphs that are hardly larger than the panel do not fill the map. */
const MOST_SCALE = 0.12;

export interface MinimapPorts {
  readonly layout: GraphLayout;
  statusOf(nodeId: string): TaskStatus;
  window(): ViewWindow;
  /** A point of the graph was chosen. */
  go(point: Place): void;
}

/** The whole graph, small, with a frame around what is in view. Keys reach everything without it. */
export class Minimap implements Disposable {
  readonly root = element('canvas', { class: 'minimap', attributes: { 'aria-hidden': 'true' } });
  private readonly themes = onThemeChange(() => this.schedule());
  private frame = 0;

  constructor(private readonly ports: MinimapPorts) {
    const go = (event: PointerEvent): void => {
      if (event.buttons === 1) {
        event.stopPropagation();
        this.root.setPointerCapture(event.pointerId);
        const scale = this.scale();
        ports.go({ x: event.offsetX / scale.x, y: event.offsetY / scale.y });
      }
    };
    this.root.addEventListener('pointerdown', go);
    this.root.addEventListener('pointermove', go);
  }

  /** Draws before the next frame, once however often it is asked. */
  schedule(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.themes.dispose();
  }

  /** Each direction by itself: a graph of few columns and many rows would be a thread otherwise. */
  private scale(): Place {
    const { width, height } = this.ports.layout;
    return {
      x: Math.min(MOST_SCALE, this.root.clientWidth / Math.max(1, width)),
      y: Math.min(MOST_SCALE, this.root.clientHeight / Math.max(1, height)),
    };
  }

  private draw(): void {
    const { root, ports } = this;
    const view = ports.window();
    // There it would only hide what it shows.
    const isAllInView = contains(view, ports.layout);
    setShown(root, !isAllInView);
    if (isAllInView) {
      return;
    }
    const context = root.getContext('2d');
    if (context === null) {
      return;
    }
    root.width = root.clientWidth * devicePixelRatio;
    root.height = root.clientHeight * devicePixelRatio;
    context.scale(devicePixelRatio, devicePixelRatio);
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(name).trim() || '#888888';
    const scale = this.scale();
    const colours = new Map(Object.entries(COLOURS).map(([status, name]) => [status, colour(name)]));
    for (const [id, { x, y }] of ports.layout.places) {
      context.fillStyle = colours.get(ports.statusOf(id)) ?? '#888888';
      const [width, height] = [Math.max(1.5, NODE_WIDTH * scale.x), Math.max(1, NODE_HEIGHT * scale.y)];
      context.fillRect(x * scale.x, y * scale.y, width, height);
    }
    context.strokeStyle = colour('--vscode-focusBorder');
    context.lineWidth = 1.5;
    const [left, top] = [Math.max(1, view.x * scale.x), Math.max(1, view.y * scale.y)];
    const right = Math.min(root.clientWidth - 1, (view.x + view.width) * scale.x);
    const bottom = Math.min(root.clientHeight - 1, (view.y + view.height) * scale.y);
    context.strokeRect(left, top, Math.max(2, right - left), Math.max(2, bottom - top));
  }
}

function contains({ x, y, width, height }: ViewWindow, whole: GraphLayout): boolean {
  return x <= 0 && y <= 0 && x + width >= whole.width && y + height >= whole.height;
}
