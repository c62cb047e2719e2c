import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import type { Personality } from '../../fakes/clearml/fake-world';
import { describeBackendContract } from './backend-contract';
import type { ContractServer } from './contract-server';

async function startFake(personality: Personality): Promise<ContractServer> {
  const fake = await FakeClearMl.start(personality);
  return {
    url: fake.url,
    keys: FAKE_KEYS,
    isTrackside: false,
    apiMinor: 34,
    tellsAll: personality === 'real',
    stop: () => fake.stop(),
  };
}

describeBackendContract('a server that behaves like the real one', () => startFake('real'));
describeBackendContract('a server that behaves like the document', () => startFake('document'));
