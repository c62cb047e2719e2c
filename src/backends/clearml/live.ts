import { ReconnectingSocket } from '../../client/socket';
import { toDisposable, type Disposable } from '../../core/disposable';
import { toTracksideError } from '../../core/errors';
import type { LiveChange } from '../contract';
import type { ServerProbe } from './server-facts';
import type { ClearMlSession } from './session';
import { liveMessage, tracksideCalls } from './trackside-wire';

/** Until the server has said what it is, it is asked again after this long. */
const RETRY_MS = 30_000;

/** Pushes of Trackside's own tracker. On any other server this stays disconnected, and the caller polls. */
export function subscribeLive(
  session: ClearMlSession,
  probe: ServerProbe,
  onChange: (change: LiveChange) => void,
  onState: (isConnected: boolean) => void,
): Disposable {
  const ended = new AbortController();
  let socket: Disposable | undefined;
  let retry: Disposable | undefined;
  const open = async (): Promise<void> => {
    try {
      const { isTrackside } = await probe.facts(ended.signal);
      if (isTrackside && !ended.signal.aborted) {
        socket = openSocket(session, onChange, onState);
      }
    } catch (error) {
      if (!ended.signal.aborted) {
        session.logger.debug(`Live updates are not available yet: ${toTracksideError(error).message}`);
        retry = session.clock.after(RETRY_MS, () => void open());
      }
    }
  };
  void open();
  return toDisposable(() => {
    ended.abort();
    retry?.dispose();
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
