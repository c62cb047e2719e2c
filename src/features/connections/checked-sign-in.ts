import type { BackendKind, ServerDescription } from '../../backends/contract';
import { systemCode } from '../../client/retry';
import type { ServerTrust, ShownCertificate } from '../../client/server-trust';
import { toTracksideError, TracksideError } from '../../core/errors';
import type { Dialogs } from '../../platform/contract';
import type { Credentials } from './connection-storage';

/** Signs in and says what answered; throws TracksideError. */
export type CheckSignIn = (
  target: SignInTarget,
  values: Credentials,
  trust: ServerTrust,
  signal: AbortSignal,
) => Promise<ServerDescription>;

export interface SignInTarget {
  readonly kind: BackendKind;
  readonly url: string;
  /** For sentences. */
  readonly label: string;
  /** The setting beside the keys that asks for its certificate not to be checked. */
  readonly uncheckedBy?: string;
}

export interface CheckedSignIn {
  readonly description: ServerDescription;
  /** PEM; present when the person accepted the server's certificate. */
  readonly certificate?: string;
}

/**
 * Tries the values before anything is stored. A certificate that nobody vouches for is shown, and believed when the
 * person says so. Undefined when the person does not; throws why the server was not reached or refused.
 */
export async function signInChecked(
  dialogs: Dialogs,
  check: CheckSignIn,
  target: SignInTarget,
  values: Credentials,
  trust: ServerTrust,
): Promise<CheckedSignIn | undefined> {
  const tryWith = (used: ServerTrust): Promise<ServerDescription> =>
    dialogs.withProgress(`Signing in to ${target.label}…`, (signal) => check(target, values, used, signal));
  const kept = trust.accepted === undefined ? {} : { certificate: trust.accepted };
  try {
    return { description: await tryWith(trust), ...kept };
  } catch (thrown) {
    const shown = await acceptableCertificate(dialogs, target, thrown, trust);
    if (shown === undefined) {
      throw thrown;
    }
    const agreed = await dialogs.confirm(...certificateQuestion(target, shown, thrown));
    return agreed
      ? { description: await tryWith({ ...trust, accepted: shown.pem }), certificate: shown.pem }
      : undefined;
  }
}

async function acceptableCertificate(
  dialogs: Dialogs,
  { url, label }: SignInTarget,
  thrown: unknown,
  { accepted }: ServerTrust,
): Promise<ShownCertificate | undefined> {
  const { kind, detail } = toTracksideError(thrown);
  const { isAcceptableFailure, lookAtCertificate } = await import('../../client/server-trust');
  if (kind !== 'tls' || !isAcceptableFailure(systemCode(detail.cause))) {
    return undefined;
  }
  const shown = await dialogs.withProgress(`Looking at the certificate of ${label}…`, (signal) =>
    lookAtCertificate(url, signal),
  );
  return shown?.pem === accepted ? undefined : shown;
}

function certificateQuestion(
  { label, uncheckedBy }: SignInTarget,
  { subject, issuer, fingerprint, validTo }: ShownCertificate,
  thrown: unknown,
): [question: string, detail: string, agree: string] {
  return [
    `Nobody vouches for the certificate of ${label}. Accept it?`,
    [
      toTracksideError(thrown).message,
      '',
      `Issued to: ${subject}`,
      `Issued by: ${issuer}`,
      `Valid until: ${validTo}`,
      `SHA-256: ${fingerprint}`,
      '',
      ...(uncheckedBy === undefined
        ? []
        : [
            `${uncheckedBy} asks for no check at all. Trackside never leaves the check out: you decide here.`,
            '',
          ]),
      'Compare the SHA-256 with what the owner of the server says: somebody in between could show a certificate too. ' +
        'Only this connection accepts it, only as long as it stays the same, and its row keeps saying so.',
    ].join('\n'),
    'Accept This Certificate',
  ];
}

/** The same failure, said of what was to be done. */
export function failedSignIn(thrown: unknown, outcome: string): TracksideError {
  const { kind, message, nextStep, detail } = toTracksideError(thrown);
  return kind === 'cancelled'
    ? new TracksideError(kind, message, nextStep, detail)
    : new TracksideError(kind, `${outcome} ${message}`, nextStep, detail);
}
