import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { TracksideError } from '../../core/errors';
import { HoconError } from '../../core/hocon/hocon-error';
import { loadHocon } from '../../core/hocon/load-hocon';
import { HoconResolver } from '../../core/hocon/resolve-hocon';
import type { Environment, FoundSignIn, SignInSources } from '../backend-entry';
import { defined } from './map';
import { readPastedCredentials } from './pasted-credentials';
import { apiCandidates, baseAddress } from './web-url';

const MAX_FILE_BYTES = 1_048_576;

/** Where users of ClearML's SDK keep the server and their keys. */
export const clearMlSources: SignInSources = {
  fileName: 'clearml.conf',
  variableNames: 'CLEARML_API_…',
  usualFile: (environment) =>
    path.resolve(expandHome(environment['CLEARML_CONFIG_FILE'] ?? path.join('~', 'clearml.conf'))),
  readFile: readConfigurationFile,
  readEnvironment: (environment) =>
    foundOf({
      apiServer: environment['CLEARML_API_HOST'],
      webServer: environment['CLEARML_WEB_HOST'],
      filesServer: environment['CLEARML_FILES_HOST'],
      accessKey: environment['CLEARML_API_ACCESS_KEY'],
      secretKey: environment['CLEARML_API_SECRET_KEY'],
      uncheckedBy: isOff(environment['CLEARML_API_HOST_VERIFY_CERT'])
        ? 'CLEARML_API_HOST_VERIFY_CERT'
        : undefined,
    }),
  readText: (text) => {
    const pasted = readPastedCredentials(text);
    return (
      pasted &&
      foundOf({
        apiServer: pasted.url,
        webServer: pasted.webUrl,
        filesServer: pasted.filesUrl,
        accessKey: pasted.accessKey,
        secretKey: pasted.secretKey,
        uncheckedBy: undefined,
      })
    );
  },
};

interface Settings {
  readonly apiServer: string | undefined;
  readonly webServer: string | undefined;
  /** May be a bucket, which is no host of files. */
  readonly filesServer: string | undefined;
  readonly accessKey: string | undefined;
  readonly secretKey: string | undefined;
  readonly uncheckedBy: string | undefined;
}

function foundOf(settings: Settings): FoundSignIn | undefined {
  const { apiServer, webServer, filesServer, accessKey, secretKey } = withoutEmpty(settings);
  if ([apiServer, webServer, accessKey, secretKey].every((text) => text === undefined)) {
    return undefined;
  }
  const url = apiServer ?? (webServer === undefined ? undefined : apiBeside(webServer));
  const webUrl = webServer === undefined ? undefined : baseAddress(webServer);
  const filesUrl = filesServer === undefined ? undefined : baseAddress(filesServer);
  const { uncheckedBy } = settings;
  return { values: defined({ accessKey, secretKey, webUrl, filesUrl }), ...defined({ url, uncheckedBy }) };
}

function apiBeside(webServer: string): string {
  return (URL.canParse(webServer) ? apiCandidates(webServer)[0] : undefined) ?? webServer;
}

function withoutEmpty(settings: Settings): Omit<Settings, 'uncheckedBy'> {
  const clean = (text: string | undefined): string | undefined => text?.trim() || undefined;
  return {
    apiServer: clean(settings.apiServer),
    webServer: clean(settings.webServer),
    filesServer: clean(settings.filesServer),
    accessKey: clean(settings.accessKey),
    secretKey: clean(settings.secretKey),
  };
}

/** The SDK takes any other text as true, or as the path of a file of authorities. */
function isOff(text: string | undefined): boolean {
  return /^(?:false|no|off|0)$/i.test(text?.trim() ?? '');
}

/** Reads the three hosts and `api.credentials` of a clearml.conf with all that it includes. */
async function readConfigurationFile(
  file: string,
  environment: Environment,
): Promise<FoundSignIn | undefined> {
  const root = path.resolve(expandHome(file));
  if ((await readSmallFile(root)) === undefined) {
    return undefined;
  }
  try {
    const fields = await loadHocon(root, {
      read: readSmallFile,
      resolve: (from, name) => path.resolve(path.dirname(from), expandHome(name)),
    });
    const settings = new HoconResolver(fields, environment, root);
    const text = (...names: readonly string[]): string | undefined => {
      const value = settings.at(names);
      return typeof value === 'string' ? value : undefined;
    };
    return (
      foundOf({
        apiServer: text('api', 'api_server') ?? text('api', 'host'),
        webServer: text('api', 'web_server'),
        filesServer: text('api', 'files_server'),
        accessKey: text('api', 'credentials', 'access_key'),
        secretKey: text('api', 'credentials', 'secret_key'),
        uncheckedBy: isOff(text('api', 'verify_certificate'))
          ? `api.verify_certificate in ${path.basename(root)}`
          : undefined,
      }) ?? { values: {} }
    );
  } catch (error) {
    throw error instanceof HoconError
      ? new TracksideError('invalid', error.message, 'Correct the file, or give address and keys by hand.')
      : error;
  }
}

async function readSmallFile(file: string): Promise<string | undefined> {
  try {
    const facts = await stat(file);
    if (!facts.isFile() || facts.size > MAX_FILE_BYTES) {
      throw new TracksideError(
        'invalid',
        `${file} is ${facts.isFile() ? 'too big for' : 'not'} a configuration file.`,
        'Choose another file.',
      );
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw typeof code === 'string'
      ? new TracksideError('invalid', `${file} cannot be read (${code}).`, 'Check its permissions.')
      : error;
  }
}

function expandHome(file: string): string {
  return file.replace(/^~(?=$|[\\/])/, homedir());
}
