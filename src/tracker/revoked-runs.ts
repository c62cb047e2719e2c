import { ApiError } from './api-error';

/** Runs whose tasks were reset, deleted or taken again: what such a run still sends must reach no task any more. */
export class RevokedRuns {
  private readonly names = new Set<string>();

  /** `name`: what the run says of itself in `RUN_HEADER`. */
  revoke(name: string): void {
    this.names.add(name);
  }

  /**
   * Throws 400/101, which ends a run, when `name` was revoked; nothing else does. To be asked where something is
   * written as well as when a request comes: a reset may come between.
   */
  check(name: string | undefined): void {
    if (name !== undefined && this.names.has(name)) {
      throw new ApiError(400, 101, `Invalid task id: it was taken from its run ${name}`);
    }
  }
}
