import { ReconnectingSocket } from '../../client/socket';
import { toDisposable, type Disposable } from '../../core/disposable';
import { toTracksideError } from '../../core/errors';
import type { LiveChange } from '../contract';
import type { ServerProbe } from './server-facts';
import type { ClearMlSession } from './session';
import { liveMessage, tracksideCalls } from './trackside-wire';

/** Pushes of Trackside's own tracker. On any other server this stays disconnected, and the caller polls. */
export function subscribeLive(
  session: ClearMlSession,
  probe: ServerProbe,
  onChange: (change: LiveChange) => void,
  onState: (isConnected: boolean) => void,
): Disposable {
  const ended = new AbortController();
  let socket: ReconnectingSocket | undefined;
  const open = async (): Promise<void> => {
    const facts = probe.known ?? (await probe.facts(ended.signal));
    if (facts.isTrackside && !ended.signal.aborted) {
      socket = openSocket(session, onChange, onState);
    }
  };
  open().catch((error: unknown) => {
    session.logger.debug(`Live updates are not available: ${toTracksideError(error).message}`);
  });
  return toDisposable(() => {
    ended.abort();
    socket?.dispose();
  });
}

function openSocket(
  session: ClearMlSession,
  onChange: (change: LiveChange) => void,
  onState: (isConnected: boolean) => void,
): ReconnectingSocket {
  const { logger, redactor, clock, userAgent } = session;
  return new ReconnectingSocket({
    url: () => `${session.apiUrl.replace(/^http/, 'ws')}/${tracksideCalls.live}`,
    headers: (signal) => session.authHeaders(signal),
    onRefused: (headers) => session.refused(headers),
    onMessage: (text) => {
      const change = changeOf(text);
      if (change === undefined) {
        logger.debug('The tracker pushed something that is not understood.');
      } else {
        onChange(change);
      }
    },
    onState,
    logger,
    redactor,
    clock,
    userAgent,
    // On this machine: a tracker that restarts is back within a second.
    maxPauseMs: 5_000,
  });
}

function changeOf(text: string): LiveChange | undefined {
  try {
    const parsed = liveMessage.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
