import {
  POINTS_AT_FIRST,
  pointsForWidth,
  selectionOf,
  viewState,
  type AxisLimits,
  type ViewSelection,
  type ViewState,
  type Zoom,
} from '../../src/features/metrics/view-contract';
import { isWhole, WHOLE, ZoomHistory, type ZoomGesture } from './zoom-history';

/** How the person looks at the curves of a page, and what the host is to draw for that. */
export class ChosenView {
  view: ViewState;
  selectionId = 0;
  private maxPoints = POINTS_AT_FIRST;
  private readonly zooms = new ZoomHistory();

  constructor(savedView: unknown) {
    const parsed = viewState.safeParse(savedView ?? {});
    this.view = parsed.success ? parsed.data : viewState.parse({});
  }

  /** Begins with a view that the host knows already and draws by. */
  begin(view: ViewState): void {
    this.view = { ...view, tab: this.view.tab };
  }

  /** What the host is asked to draw. */
  get selection(): ViewSelection {
    return { ...selectionOf(this.view), maxPoints: this.maxPoints };
  }

  /** The host draws lines of so many points already. */
  drawnWith({ maxPoints }: Pick<ViewSelection, 'maxPoints'>): void {
    this.maxPoints = Math.max(this.maxPoints, maxPoints);
  }

  /**
   * A chart is so many device pixels wide; true when the host is to draw more points for it, which begins a new
   * selection. Narrower charts keep what they have: who moves an edge to and fro asks for nothing.
   */
  widen(devicePixels: number): boolean {
    const maxPoints = pointsForWidth(devicePixels);
    if (maxPoints <= this.maxPoints) {
      return false;
    }
    this.maxPoints = maxPoints;
    this.selectionId += 1;
    return true;
  }

  /** Changes the view; a change of what the host draws begins a new selection. */
  setView(change: Partial<ViewState>): void {
    const before = JSON.stringify(this.selection);
    this.view = { ...this.view, ...change };
    if (JSON.stringify(this.selection) !== before) {
      this.selectionId += 1;
    }
  }

  get zoom(): Zoom {
    const { range, heights } = this.view;
    return { range, heights };
  }

  get isZoomed(): boolean {
    return !isWhole(this.zoom);
  }

  zoomTo(zoom: Zoom, gesture: ZoomGesture): void {
    this.zooms.note(this.zoom, gesture, Date.now());
    this.setView(zoom);
  }

  /** To the zoom before this one. */
  zoomBack(): void {
    this.setView(this.zooms.back());
  }

  resetZoom(): void {
    if (this.isZoomed) {
      this.zoomTo(WHOLE, 'mark');
    }
  }

  /** Another x axis: a window of the one before means nothing on it. Relative and wall time are one axis. */
  setAxis(change: Pick<ViewState, 'xLabel' | 'xSeries'>): void {
    const before = this.axisMark;
    this.setView(change);
    if (this.axisMark !== before) {
      this.zooms.clear();
      this.setView(WHOLE);
    }
  }

  /** Which x axis the host draws for. */
  get axisMark(): string {
    const { axis, xSeries } = this.selection;
    return JSON.stringify([axis, xSeries]);
  }

  limitsOf(chart: string): AxisLimits | undefined {
    return this.view.limits.find(({ metric }) => metric === chart);
  }

  /** Fixes ends of a chart's y axis; none: it follows its values again. */
  setLimits(limits: AxisLimits): void {
    const others = this.view.limits.filter(({ metric }) => metric !== limits.metric);
    const isNone = limits.from === null && limits.to === null;
    this.setView({ limits: isNone ? others : [...others, limits] });
  }

  isPinned(chart: string): boolean {
    return this.view.pinned.includes(chart);
  }

  togglePin(chart: string): void {
    this.setView({ pinned: toggled(this.view.pinned, chart) });
  }

  /** Looks that the person has chosen, by line name. */
  get looks(): ReadonlyMap<string, number> {
    return new Map(this.view.looks.map(({ name, slot }) => [name, slot]));
  }

  looksWith(name: string, slot: number | undefined): ViewState['looks'] {
    const others = this.view.looks.filter((look) => look.name !== name);
    return slot === undefined ? others : [...others, { name, slot }];
  }

  toggleTable(chart: string): void {
    this.setView({ tables: toggled(this.view.tables, chart) });
  }
}

/** The list without the name, or with it. */
export function toggled(names: readonly string[], name: string): string[] {
  return names.includes(name) ? names.filter((other) => other !== name) : [...names, name];
}
