import * as z from 'zod';
import type { EpochMs } from '../../core/entities';
import type { StateStorage } from '../../platform/contract';

const STATE_KEY = 'console.visits';
const MOST_KEPT = 200;

const visitSchema = z.object({
  /** How many finished lines there were. */
  lines: z.number(),
  /** When the run that was read had started; absent when that was not known. */
  run: z.number().optional(),
  at: z.number(),
});
const visitsSchema = z.record(z.string(), visitSchema);
type Visit = z.infer<typeof visitSchema>;

/** The console as a person sees it now. */
export interface ConsoleSight {
  /** Names the console for good. */
  readonly key: string;
  readonly lines: number;
  readonly run: EpochMs | undefined;
}

/** Remembers how far each console was when a person looked at it last, also when the window was closed meanwhile. */
export class ConsoleVisits {
  private readonly looking = new Map<string, ConsoleSight>();
  private readonly marks = new Map<string, Visit>();

  constructor(
    private readonly state: StateStorage,
    private readonly now: () => EpochMs,
  ) {}

  /** These consoles are on screen, in a window that has the person's attention; all others are not. */
  look(seen: readonly ConsoleSight[]): void {
    const keys = new Set(seen.map(({ key }) => key));
    const left = [...this.looking.values()].filter(({ key }) => !keys.has(key));
    for (const sight of seen) {
      if (!this.looking.has(sight.key)) {
        const visit = this.read()[sight.key];
        if (visit === undefined) {
          this.marks.delete(sight.key);
        } else {
          this.marks.set(sight.key, visit);
        }
      }
      this.looking.set(sight.key, sight);
    }
    left.forEach(({ key }) => this.looking.delete(key));
    this.keep(left);
  }

  /** The first line that was not there at the last visit, and when that was; undefined when nothing is new. */
  newFrom({ key, lines, run }: ConsoleSight): { readonly line: number; readonly since: EpochMs } | undefined {
    const visit = this.marks.get(key);
    const isOther = visit?.run !== undefined && run !== undefined && visit.run !== run;
    return visit === undefined || isOther || visit.lines === 0 || lines <= visit.lines
      ? undefined
      : { line: visit.lines, since: visit.at };
  }

  private keep(left: readonly ConsoleSight[]): void {
    if (left.length === 0) {
      return;
    }
    const at = this.now();
    const added = left.map(({ key, lines, run }): [string, Visit] => [
      key,
      { lines, at, ...(run === undefined ? {} : { run }) },
    ]);
    const all = Object.entries({ ...this.read(), ...Object.fromEntries(added) });
    const newest = all.sort(([, a], [, b]) => b.at - a.at).slice(0, MOST_KEPT);
    void this.state.set(STATE_KEY, Object.fromEntries(newest));
  }

  private read(): Readonly<Record<string, Visit>> {
    return this.state.get(STATE_KEY, (value) => visitsSchema.parse(value)) ?? {};
  }
}
