export interface PastedCredentials {
  readonly url?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
}

/**
 * Reads what ClearML's settings page offers to copy: the `api { … }` block of clearml.conf, or the `CLEARML_API_…`
 * variables. Line ends may be missing, since input boxes drop them. Undefined when the text is neither.
 */
export function readPastedCredentials(text: string): PastedCredentials | undefined {
  const url = firstGroup(text, [
    /\bapi_server"?\s*[:=]?\s*"?(https?:\/\/[^\s"'},]+?)(?=["'},\s]|files_server|web_server|credentials|$)/i,
    /\bCLEARML_API_HOST\s*=\s*"?(https?:\/\/[^\s"']+?)(?=["'\s]|CLEARML_|%env|$)/,
  ]);
  const accessKey = firstGroup(text, [
    /\baccess_key"?\s*[:=]\s*"([^"]+)"/,
    /\baccess_key"?\s*[:=]\s*([^\s"'},]+)/,
    /\bCLEARML_API_ACCESS_KEY\s*=\s*"?([^\s"']+?)(?=["'\s]|CLEARML_|%env|$)/,
  ]);
  const secretKey = firstGroup(text, [
    /\bsecret_key"?\s*[:=]\s*"([^"]+)"/,
    /\bsecret_key"?\s*[:=]\s*([^\s"'},]+)/,
    /\bCLEARML_API_SECRET_KEY\s*=\s*"?([^\s"']+?)(?=["'\s]|CLEARML_|%env|$)/,
  ]);
  if (accessKey === undefined && secretKey === undefined && (url === undefined || url === text.trim())) {
    return undefined;
  }
  return {
    ...(url === undefined ? {} : { url }),
    ...(accessKey === undefined ? {} : { accessKey }),
    ...(secretKey === undefined ? {} : { secretKey }),
  };
}

function firstGroup(text: string, patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
