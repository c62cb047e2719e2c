import { isCancelled, isTracksideError } from '../../core/errors';
import { unlessAborted } from '../../client/abort';
import type { Ability, ServerDescription } from '../contract';
import { defined, type MapContext } from './map';
import { currentUserData, serverInfoData } from './schema';
import type { ClearMlSession } from './session';
import { TRACKSIDE_PROTOCOL } from './trackside-wire';
import { baseAddress, maySeeToken, webBaseOf } from './web-url';

/** What a server turned out to be. */
export interface ServerFacts extends MapContext {
  readonly version: string | undefined;
  /** True for Trackside's embedded tracker of a protocol that this code speaks. */
  readonly isTrackside: boolean;
  /** What people should know, such as a database that the tracker set aside, or a clock that is off. */
  readonly notices: readonly string[];
  readonly user: string | undefined;
  /** Only where a person gave the address of the files host. */
  readonly filesNotice: FilesNotice | undefined;
}

interface FilesNotice {
  readonly isAvailable: boolean;
  readonly reason: string;
}

/** Asks once and remembers; a failed try is forgotten, so that the next one asks again. */
export class ServerProbe {
  private found: ServerFacts | undefined;
  private asking: Promise<ServerFacts> | undefined;

  constructor(private readonly session: ClearMlSession) {}

  /** What is known so far, without asking. */
  get known(): ServerFacts | undefined {
    return this.found;
  }

  async facts(signal: AbortSignal): Promise<ServerFacts> {
    if (this.found !== undefined) {
      return this.found;
    }
    // Not bound to this caller's signal: others may be waiting for the same answer. Time-outs bound it.
    this.asking ??= this.ask(new AbortController().signal).finally(() => {
      this.asking = undefined;
    });
    this.found = await unlessAborted(this.asking, signal);
    return this.found;
  }

  private async ask(signal: AbortSignal): Promise<ServerFacts> {
    const [info, user, { webUrl = '', filesUrl }] = await Promise.all([
      this.session.read('server.info', {}, serverInfoData, signal),
      this.userName(signal),
      this.session.hosts(),
    ]);
    const isTrackside = info.trackside?.protocol === TRACKSIDE_PROTOCOL;
    return {
      version: info.version,
      apiVersion: info.api_version,
      isTrackside,
      notices: [...(info.trackside?.notices ?? []), ...clockNotices(this.session.clockSkewMs)],
      webBase:
        info.trackside === undefined ? (baseAddress(webUrl) ?? webBaseOf(this.session.apiUrl)) : undefined,
      filesNotice: filesUrl === undefined ? undefined : filesNoticeOf(this.session.apiUrl, filesUrl),
      user,
    };
  }

  /** A server that does not tell who is signed in is still a server. */
  private async userName(signal: AbortSignal): Promise<string | undefined> {
    try {
      return (await this.session.read('users.get_current_user', {}, currentUserData, signal)).user.name;
    } catch (error) {
      if (isCancelled(error) || !isTracksideError(error) || error.kind === 'unauthorized') {
        throw error;
      }
      this.session.logger.debug(`The server does not say who is signed in: ${error.message}`);
      return undefined;
    }
  }
}

const NOTABLE_SKEW_MS = 120_000;

function clockNotices(skewMs: number | undefined): readonly string[] {
  if (skewMs === undefined || Math.abs(skewMs) < NOTABLE_SKEW_MS) {
    return [];
  }
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  const where = skewMs > 0 ? 'ahead of' : 'behind';
  return [
    `The server's clock is ${minutes} min ${where} this machine's: “ago” and durations are off by that.`,
  ];
}

export function describeServer(facts: ServerFacts): ServerDescription {
  const api = facts.apiVersion === undefined ? '' : ` (API ${facts.apiVersion})`;
  const product = facts.isTrackside
    ? `Trackside tracker${facts.apiVersion === undefined ? '' : ` (ClearML API ${facts.apiVersion})`}`
    : `ClearML ${facts.version ?? 'of unknown version'}${api}`;
  return { product, abilities: abilitiesOf(facts), ...defined({ version: facts.version, user: facts.user }) };
}

/** What was made of the address of files that a person gave. */
function filesNoticeOf(apiUrl: string, filesUrl: string): FilesNotice {
  const base = baseAddress(filesUrl);
  if (base === undefined) {
    return { isAvailable: false, reason: `${filesUrl} is no address of the web; the usual one is taken.` };
  }
  return maySeeToken(new URL(apiUrl), base)
    ? { isAvailable: true, reason: `Files are at ${base}.` }
    : { isAvailable: false, reason: `${base} is shown no token: it is not encrypted, as the API is.` };
}

function abilitiesOf({ isTrackside, webBase, filesNotice, notices }: ServerFacts): Ability[] {
  const full = ['projects', 'tasks', 'queues', 'workers', 'actions', 'launch', 'dependencies'].map(
    (name) => ({
      name,
      isAvailable: true,
    }),
  );
  return [
    ...full,
    isTrackside
      ? { name: 'series', isAvailable: true }
      : {
          name: 'series',
          isAvailable: true,
          reason: 'A changed metric is read again as a whole; points carry no time.',
        },
    isTrackside
      ? { name: 'console', isAvailable: true }
      : {
          name: 'console',
          isAvailable: true,
          reason: 'The server gives log lines no numbers: overlapping reads are merged.',
        },
    isTrackside
      ? { name: 'live', isAvailable: true }
      : {
          name: 'live',
          isAvailable: false,
          reason: 'ClearML pushes nothing; Trackside asks again and again.',
        },
    webBase === undefined
      ? {
          name: 'webPages',
          isAvailable: false,
          reason: isTrackside
            ? 'The tracker has no web pages of its own.'
            : 'The address of the web application cannot be derived from that of the API.',
        }
      : { name: 'webPages', isAvailable: true, reason: `At ${webBase}.` },
    ...(filesNotice === undefined ? [] : [{ name: 'files', ...filesNotice }]),
    ...notices.map((reason) => ({ name: 'notice', isAvailable: true, reason })),
  ];
}
