import type { TaskRef } from '../../core/task-ref';

/** What one panel points at in the trees; it takes back only what it marked itself. */
export class Pointing {
  private isOn = false;

  /** @param mark marks the rows of these tasks, and no others. */
  constructor(private readonly mark: (refs: readonly TaskRef[]) => void) {}

  at(refs: readonly TaskRef[]): void {
    if (refs.length > 0 || this.isOn) {
      this.isOn = refs.length > 0;
      this.mark(refs);
    }
  }
}
