import { parseBaseUrl } from '../client/request-runner';
import { TracksideError } from '../core/errors';
import { aiManagerEntry } from './ai-manager/ai-manager-entry';
import type { BackendEntry } from './backend-entry';
import { clearMlEntry } from './clearml/clearml-entry';
import { clearMlGatewayEntry } from './clearml-gateway/clearml-gateway-entry';
import type { BackendKind } from './contract';
import { kaizenEntry } from './kaizen/kaizen-entry';
import { whatsNextEntry } from './whatsnext/whatsnext-entry';

/** Every kind of server that Trackside knows. */
export const backendRegistry: Readonly<Record<BackendKind, BackendEntry>> = {
  clearml: clearMlEntry,
  whatsnext: whatsNextEntry,
  'clearml-gateway': clearMlGatewayEntry,
  'ai-manager': aiManagerEntry,
  kaizen: kaizenEntry,
};

/** Why a text cannot be the address of a server; undefined when it can. */
export function urlProblem(text: string): string | undefined {
  try {
    parseBaseUrl(text);
    return undefined;
  } catch (error) {
    return error instanceof TracksideError ? `${error.message} ${error.nextStep}` : String(error);
  }
}
