/** Where the files host of the embedded tracker is below its address. */
export const FILES_PATH = '/files';

/**
 * The variables by which the unmodified `clearml` package and `clearml-agent` find the embedded tracker at `url`. They
 * win over what a `clearml.conf` says.
 */
export function clientVariables(
  url: string,
  { accessKey, secretKey }: { readonly accessKey: string; readonly secretKey: string },
): Readonly<Record<`CLEARML_${string}`, string>> {
  return {
    CLEARML_API_HOST: url,
    CLEARML_WEB_HOST: url,
    CLEARML_FILES_HOST: url + FILES_PATH,
    CLEARML_API_ACCESS_KEY: accessKey,
    CLEARML_API_SECRET_KEY: secretKey,
  };
}
