import { parseHeader } from '../../client/header-text';
import type { BackendEntry } from '../backend-entry';
import { KIND_FACTS } from '../kind-facts';

/** The small HTTP service that CVAT puts before ClearML. It asks for no credentials; a proxy before it may. */
export const clearMlGatewayEntry: BackendEntry = {
  label: KIND_FACTS['clearml-gateway'].label,
  urlPlaceholder: 'http://host:8500 or https://cvat.example.com/clearml-api',
  fields: [
    {
      key: 'proxyHeader',
      label: 'Header for a proxy',
      prompt: 'Leave it empty unless a proxy before the gateway asks for credentials',
      placeholder: 'Authorization: Basic …',
      isSecret: true,
      validate: (text) =>
        text.trim() === '' || parseHeader(text) !== undefined
          ? undefined
          : 'Write it like “Authorization: Basic …”: a name, a colon, a value.',
    },
  ],
  create: async ({ credentials, ...options }) => {
    const { ClearMlGatewayBackend } = await import('./clearml-gateway-backend');
    return new ClearMlGatewayBackend({
      ...options,
      proxyHeader: async () => (await credentials())['proxyHeader'] ?? '',
    });
  },
  recognize: async (url, signal, trust) => {
    const { recognizeGateway } = await import('./recognition');
    return recognizeGateway(url, signal, trust);
  },
};
