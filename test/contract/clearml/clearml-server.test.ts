import { describeBackendContract } from './backend-contract';

/**
 * A server of one's own, empty and thrown away afterwards, since these tests fill it: TRACKSIDE_CONTRACT_URL with
 * CLEARML_API_ACCESS_KEY and CLEARML_API_SECRET_KEY name it. Without them there is nothing to try.
 */
const {
  TRACKSIDE_CONTRACT_URL: url = '',
  CLEARML_API_ACCESS_KEY: accessKey = '',
  CLEARML_API_SECRET_KEY: secretKey = '',
} = process.env;

if (url === '') {
  it.skip('ClearML backend against a server of your own: set TRACKSIDE_CONTRACT_URL');
} else {
  describeBackendContract(`the server of TRACKSIDE_CONTRACT_URL`, () =>
    Promise.resolve({
      url,
      keys: { accessKey, secretKey },
      isTrackside: false,
      tellsAll: true,
      stop: () => Promise.resolve(),
    }),
  );
}
