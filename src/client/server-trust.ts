import { X509Certificate } from 'node:crypto';
// Not `node:https`: the editor puts its proxy into the modules of these names.
import * as https from 'https';
import * as tls from 'tls';
import { throwIfAborted } from './abort';

/** Certificates that a connection believes beside those that the machine knows. */
export interface ServerTrust {
  /** Certificates of authorities, PEM. */
  readonly authorities?: string;
  /**
   * The server's own certificate, PEM, which a person has accepted although nobody vouches for it. Exactly this one
   * is believed, under whatever name, and nothing that it signed; any other must be good by the usual rules.
   */
  readonly accepted?: string;
}

/** What a person must see before accepting a certificate. */
export interface ShownCertificate {
  readonly pem: string;
  readonly subject: string;
  readonly issuer: string;
  /** SHA-256, in pairs. */
  readonly fingerprint: string;
  readonly validTo: string;
}

type TrustOptions = Pick<
  tls.SecureContextOptions & tls.ConnectionOptions,
  'ca' | 'allowPartialTrustChain' | 'checkServerIdentity'
>;

/** For one request; nothing is switched off, and no other request is affected. */
export function trustOptions({ authorities, accepted }: ServerTrust): TrustOptions {
  if (authorities === undefined && accepted === undefined) {
    return {};
  }
  const given = [authorities, accepted].filter((pem) => pem !== undefined);
  const ca = [...tls.rootCertificates, ...given];
  if (accepted === undefined) {
    return { ca };
  }
  const { fingerprint256 } = new X509Certificate(accepted);
  return {
    ca,
    // Lets a certificate be believed by itself although its issuer is not known.
    allowPartialTrustChain: true,
    checkServerIdentity: (hostname, certificate) => {
      if (certificate.fingerprint256 === fingerprint256) {
        return undefined;
      }
      return isSignedBy(certificate, fingerprint256)
        ? Object.assign(new Error('Signed by a certificate that was accepted for itself only.'), {
            code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
          })
        : tls.checkServerIdentity(hostname, certificate);
    },
  };
}

const MAX_CHAIN = 20;

function isSignedBy(certificate: tls.PeerCertificate, fingerprint: string): boolean {
  let at: tls.PeerCertificate = certificate;
  for (let length = 0; length < MAX_CHAIN; length += 1) {
    const issuer = 'issuerCertificate' in at ? at.issuerCertificate : undefined;
    if (!isCertificate(issuer) || issuer.fingerprint256 === at.fingerprint256) {
      return false;
    }
    if (issuer.fingerprint256 === fingerprint) {
      return true;
    }
    at = issuer;
  }
  return true;
}

function isCertificate(value: unknown): value is tls.PeerCertificate {
  return typeof value === 'object' && value !== null && 'fingerprint256' in value;
}

const VERIFY_FAILURES: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** True when a person who knows the server's certificate could accept it. An expired one is for the server to renew. */
export function isAcceptableFailure(code: string | undefined): boolean {
  return code !== undefined && VERIFY_FAILURES.has(code);
}

const LOOK_TIMEOUT_MS = 10_000;

/**
 * The certificate that a server shows, believed or not. Goes the way that requests go, so also through the editor's proxy;
 * sends nothing to the server and closes at once. Undefined when none can be had.
 */
export async function lookAtCertificate(
  url: string,
  signal: AbortSignal,
): Promise<ShownCertificate | undefined> {
  throwIfAborted(signal);
  return new Promise((resolve) => {
    // It is never ended, so that its head is never sent.
    const request = https.request(url, { rejectUnauthorized: false });
    const finish = (shown: ShownCertificate | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      request.destroy();
      resolve(shown);
    };
    const giveUp = (): void => finish(undefined);
    const timer = setTimeout(giveUp, LOOK_TIMEOUT_MS);
    signal.addEventListener('abort', giveUp, { once: true });
    request.on('error', giveUp);
    request.once('socket', (socket) => {
      if (!(socket instanceof tls.TLSSocket)) {
        giveUp();
      } else if (socket.getPeerX509Certificate() !== undefined) {
        finish(shownOf(socket.getPeerX509Certificate()));
      } else {
        socket.once('secureConnect', () => finish(shownOf(socket.getPeerX509Certificate())));
      }
    });
  });
}

function shownOf(certificate: X509Certificate | undefined): ShownCertificate | undefined {
  return (
    certificate && {
      pem: certificate.toString(),
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      fingerprint: certificate.fingerprint256,
      validTo: certificate.validTo,
    }
  );
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ');
}
