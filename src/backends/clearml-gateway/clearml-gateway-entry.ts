import type { BackendEntry } from '../backend-entry';
import { KIND_FACTS } from '../kind-facts';

/** The small HTTP service that CVAT puts before ClearML. It asks for no credentials. */
export const clearMlGatewayEntry: BackendEntry = {
  label: KIND_FACTS['clearml-gateway'].label,
  urlPlaceholder: 'http://host:8500 or https://cvat.example.com/clearml-api',
  fields: [],
  create: async (options) => {
    const { ClearMlGatewayBackend } = await import('./clearml-gateway-backend');
    return new ClearMlGatewayBackend(options);
  },
  recognize: async (url, signal, trust) => {
    const { recognizeGateway } = await import('./recognition');
    return recognizeGateway(url, signal, trust);
  },
};
