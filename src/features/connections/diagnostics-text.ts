import type { ServerDescription } from '../../backends/contract';
import { toTracksideError } from '../../core/errors';
import type { ConnectionSession } from '../../store/contract';
import { stateText } from './connection-commands';

export interface DiagnosticFacts {
  /** Name and value, in order. */
  readonly environment: readonly (readonly [string, string])[];
  readonly sessions: readonly ConnectionSession[];
  readonly activeId: string;
}

const ANSWER_WITHIN_MS = 5_000;

/** Everything a bug report needs, for people to read; not yet redacted. Asks no server that is not open already. */
export async function diagnosticsText({ environment, sessions, activeId }: DiagnosticFacts): Promise<string> {
  const parts = await Promise.all(
    sessions.map((session) => sessionText(session, session.info.id === activeId)),
  );
  const head = environment.map(([name, value]) => `- ${name}: ${value}`);
  return ['# Trackside diagnostics', '', ...head, '', '## Connections', '', ...parts, ''].join('\n');
}

async function sessionText(session: ConnectionSession, isActive: boolean): Promise<string> {
  const { info, state, scheduler } = session;
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
    `- Live updates: ${figures.isPushConnected ? 'pushed by the server' : 'polled'}${figures.isPaused ? ', paused' : ''}`,
    `- Kept fresh now: ${figures.heldNeeds.length === 0 ? 'nothing' : figures.heldNeeds.join(', ')}`,
    ...(await abilityLines(session)),
    '',
  ];
  return lines.join('\n');
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
