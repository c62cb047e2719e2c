import { ConsoleLevelReader } from '../../core/console-levels';
import { ConsoleAssembler, type ConsoleLine } from '../../core/console-text';
import type { EpochMs } from '../../core/entities';
import { ConsoleSpool, type LineFacts } from './console-spool';

/** What a run printed, as a terminal would show it: finished lines on disk, the unfinished one in memory. */
export class ConsoleLog {
  private assembler = new ConsoleAssembler();
  private levels = new ConsoleLevelReader();
  private pendingAt: EpochMs | undefined;
  private current: ConsoleSpool;
  private runs = 0;

  /** `makeFolder` names a new folder for each run of the task. */
  constructor(private readonly makeFolder: () => string) {
    this.current = new ConsoleSpool(makeFolder());
  }

  /** The finished lines. Another object after {@link restart}. */
  get spool(): ConsoleSpool {
    return this.current;
  }

  /** Which run of the task this is, counted from 0. */
  get run(): number {
    return this.runs;
  }

  /** The unfinished last line, when there is something on it. */
  get pending(): ConsoleLine | undefined {
    return this.assembler.hasPending ? this.assembler.pending : undefined;
  }

  get pendingFacts(): LineFacts {
    const at = this.pendingAt;
    const { text, spans } = this.assembler.pending;
    return { level: this.levels.peek(text), spans, ...(at === undefined ? {} : { at }) };
  }

  get isEmpty(): boolean {
    return this.current.lineCount === 0 && !this.assembler.hasPending;
  }

  /** Path of a file with everything printed until now. */
  async wholeFile(): Promise<string> {
    const { current } = this;
    await current.putTail(this.pending?.text ?? '');
    return current.textFile;
  }

  write(text: string, at?: EpochMs): void {
    const startedAt = this.pendingAt ?? at;
    const lines = this.assembler.write(text);
    lines.forEach((line, index) => {
      const lineAt = index === 0 ? startedAt : at;
      const level = this.levels.read(line.text);
      this.current.append({ ...line, level, ...(lineAt === undefined ? {} : { at: lineAt }) });
    });
    this.pendingAt = lines.length > 0 ? at : startedAt;
  }

  /** The task runs anew: nothing of the old run is kept. */
  restart(): void {
    const old = this.current;
    this.assembler = new ConsoleAssembler();
    this.levels = new ConsoleLevelReader();
    this.pendingAt = undefined;
    this.current = new ConsoleSpool(this.makeFolder());
    this.runs += 1;
    void old.dispose();
  }

  dispose(): Promise<void> {
    return this.current.dispose();
  }
}
