import type { BackendKind } from './contract';

/** What is known of a kind of server without loading its code. */
export interface KindFacts {
  /** The product's own name. */
  readonly label: string;
  /** Whether a script on this machine can become a task there. */
  readonly takesScripts: boolean;
  /** Whether its pages and files can be at addresses of their own. */
  readonly hasOtherHosts?: boolean;
}

export const KIND_FACTS: Readonly<Record<BackendKind, KindFacts>> = {
  clearml: { label: 'ClearML', takesScripts: true, hasOtherHosts: true },
  'clearml-gateway': { label: 'ClearML gateway (CVAT)', takesScripts: false },
  whatsnext: { label: 'WhatsNext', takesScripts: false },
  kaizen: { label: 'Kaizen Studio', takesScripts: false },
  'ai-manager': { label: 'AI Manager', takesScripts: true },
};
