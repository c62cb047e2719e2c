import * as z from 'zod';
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
  describeBackendContract(`the server of TRACKSIDE_CONTRACT_URL`, async () => ({
    url,
    keys: { accessKey, secretKey },
    isTrackside: false,
    apiMinor: await readApiMinor(),
    tellsAll: true,
    stop: () => Promise.resolve(),
  }));
}

async function readApiMinor(): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${accessKey}:${secretKey}`).toString('base64')}`;
  const answer = await fetch(`${url}/server.info`, {
    method: 'POST',
    headers: { authorization },
    body: '{}',
  });
  const version = z.object({ data: z.object({ api_version: z.string() }) }).parse(await answer.json());
  return Number(version.data.api_version.split('.')[1]);
}
