import { isTracksideError } from '../../core/errors';
import { DocumentCalls } from './document-calls';
import { isAbsent } from './failure-reading';
import { ServerCalls } from './server-calls';
import type { KaizenSession } from './session';
import type { StudioCalls } from './studio-calls';

/** Finds out once which dialect the server speaks. */
export class Studio {
  private found: Promise<StudioCalls> | undefined;
  private known: StudioCalls['dialect'] | undefined;

  constructor(private readonly session: KaizenSession) {}

  /** Undefined until it is found out. */
  get dialect(): StudioCalls['dialect'] | undefined {
    return this.known;
  }

  calls(signal: AbortSignal): Promise<StudioCalls> {
    this.found ??= this.find(signal).catch((error: unknown) => {
      this.found = undefined;
      throw error;
    });
    return this.found;
  }

  /** By its description of itself, else by a call that only the released server has. */
  private async find(signal: AbortSignal): Promise<StudioCalls> {
    const { dialect } = await this.session.shape(signal);
    const isServer = dialect === undefined ? await this.hasGateways(signal) : dialect === 'server';
    const calls = isServer ? new ServerCalls(this.session) : new DocumentCalls(this.session);
    this.known = calls.dialect;
    return calls;
  }

  private async hasGateways(signal: AbortSignal): Promise<boolean> {
    try {
      await this.session.peek('gateways', signal);
      return true;
    } catch (error) {
      if (isAbsent(error)) {
        return false;
      }
      // Whoever may not see them knows that there are some.
      if (isTracksideError(error) && error.kind === 'forbidden') {
        return true;
      }
      throw error;
    }
  }
}
