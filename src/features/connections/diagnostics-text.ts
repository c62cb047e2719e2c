import { X509Certificate } from 'node:crypto';
import type { ServerDescription } from '../../backends/contract';
import type { RequestFigures } from '../../client/request-meter';
import { toTracksideError } from '../../core/errors';
import type { ConnectionSession } from '../../store/contract';
import { stateText } from './connection-commands';

export interface DiagnosticFacts {
  /** Name and value, in order. */
  readonly environment: readonly (readonly [string, string])[];
  readonly sessions: readonly ConnectionSession[];
  readonly activeId: string;
  /** What a connection asked in this window; undefined before its first request. */
  requests(connectionId: string): RequestFigures | undefined;
  /** PEM that the person accepted for a connection. */
  certificate(connectionId: string): string | undefined;
}

const ANSWER_WITHIN_MS = 5_000;

/** Everything a bug report needs, for people to read; not yet redacted. Asks no server that is not open already. */
export async function diagnosticsText(facts: DiagnosticFacts): Promise<string> {
  const { environment, sessions } = facts;
  const parts = await Promise.all(sessions.map((session) => sessionText(session, facts)));
  const head = environment.map(([name, value]) => `- ${name}: ${value}`);
  return ['# Trackside diagnostics', '', ...head, '', '## Connections', '', ...parts, ''].join('\n');
}

async function sessionText(session: ConnectionSession, facts: DiagnosticFacts): Promise<string> {
  const { info, state, scheduler } = session;
  const isActive = info.id === facts.activeId;
  const figures = scheduler.figures();
  const lines = [
    `### ${info.label}${isActive ? ' (selected)' : ''}`,
    '',
    `- Kind: ${info.kind}${info.isLocal ? ', embedded tracker' : ''}`,
    ...(info.url === undefined ? [] : [`- Address: ${info.url}`]),
    `- State: ${stateText(state)}`,
    ...(state.kind === 'failed' && state.error.nextStep !== ''
      ? [`- Next step: ${state.error.nextStep}`]
      : []),
    `- Reads in the last minute: ${figures.runsInLastMinute} of ${figures.budgetPerMinute}`,
    ...requestLines(facts.requests(info.id)),
    ...certificateLines(facts.certificate(info.id)),
    `- Live updates: ${figures.isPushConnected ? 'pushed by the server' : 'polled'}${figures.isPaused ? ', paused' : ''}`,
    `- Kept fresh now: ${keptFresh(figures.heldNeeds)}`,
    ...(await abilityLines(session)),
    '',
  ];
  return lines.join('\n');
}

/** What the keys of needs are about: each begins with its kind, and goes on for the scheduler alone. */
function keptFresh(keys: readonly string[]): string {
  const kinds = Map.groupBy(keys, (key) => /^[a-z]+/iu.exec(key)?.[0] ?? key);
  const parts = [...kinds].map(([kind, { length }]) => {
    const words = kind.replaceAll(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
    return length === 1 ? words : `${words} (${length})`;
  });
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

function requestLines(figures: RequestFigures | undefined): readonly string[] {
  if (figures === undefined) {
    return ['- Requests: none by this window'];
  }
  const { total, failed, inLastMinute, responseBytes } = figures;
  return [
    `- Requests: ${total} by this window, ${inLastMinute} in the last minute, ${failed} failed, ` +
      `${Math.ceil(responseBytes / 1024)} KiB received`,
  ];
}

function certificateLines(pem: string | undefined): readonly string[] {
  if (pem === undefined) {
    return [];
  }
  try {
    const { fingerprint256 } = new X509Certificate(pem);
    return [`- Certificate: not verified, accepted by you; SHA-256 ${fingerprint256}`];
  } catch {
    return ['- Certificate: what was accepted cannot be read any more; sign in again'];
  }
}

async function abilityLines({ openBackend }: ConnectionSession): Promise<readonly string[]> {
  if (openBackend === undefined) {
    return [];
  }
  try {
    return describeLines(await openBackend.describe(AbortSignal.timeout(ANSWER_WITHIN_MS)));
  } catch (error) {
    return [`- Description: could not be read (${toTracksideError(error).message})`];
  }
}

function describeLines({ product, user, abilities }: ServerDescription): readonly string[] {
  return [
    `- Product: ${product}`,
    ...(user === undefined ? [] : [`- Signed in as: ${user}`]),
    '- Abilities:',
    ...abilities.map(({ name, isAvailable, reason }) => {
      const why = reason === undefined ? '' : ` (${reason})`;
      return `  - ${name}: ${isAvailable ? 'yes' : 'no'}${why}`;
    }),
  ];
}
