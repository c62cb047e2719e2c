import type { BackendEntry } from '../backend-entry';
import { KIND_FACTS } from '../kind-facts';

/** WhatsNext: a job queue with projects, command templates and dependencies. */
export const whatsNextEntry: BackendEntry = {
  label: KIND_FACTS.whatsnext.label,
  urlPlaceholder: 'http://host:8000',
  fields: [
    {
      key: 'apiKey',
      label: 'API key',
      prompt: 'Leave it empty when the server is open to everybody',
      isSecret: true,
      environmentName: 'WHATSNEXT_API_KEY',
    },
  ],
  create: async ({ url, credentials, ...rest }) => {
    const { WhatsNextBackend } = await import('./whatsnext-backend');
    return new WhatsNextBackend({
      ...rest,
      url,
      apiKey: async () => (await credentials())['apiKey'] ?? '',
    });
  },
  recognize: async (url, signal, trust) => {
    const { isWhatsNext } = await import('./recognize');
    return isWhatsNext(url, signal, trust);
  },
};
