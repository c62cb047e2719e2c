import { FAKE_KEYS, FakeClearMl } from '../../fakes/clearml/fake-server';
import type { Personality } from '../../fakes/clearml/fake-world';
import { describeBackendContract } from './backend-contract';
import type { ContractServer } from './contract-server';

async function startFake(personality: Personality, apiMinor = 34): Promise<ContractServer> {
  const fake = await FakeClearMl.start(personality);
  fake.apiMinor = apiMinor;
  return {
    url: fake.url,
    keys: FAKE_KEYS,
    isTrackside: false,
    apiMinor,
    tellsAll: personality === 'real',
    stop: () => fake.stop(),
  };
}

describeBackendContract('a server that behaves like the real one', () => startFake('real'));
describeBackendContract('a server that behaves like one of API 2.13', () => startFake('real', 13));
describeBackendContract('a server that behaves like one of API 2.21', () => startFake('real', 21));
describeBackendContract('a server that behaves like one of API 2.30', () => startFake('real', 30));
describeBackendContract('a server that behaves like the document', () => startFake('document'));
