import { nameInAddress } from '../../core/plain-file-name';

const RECORDINGS: Readonly<Record<string, 'sound' | 'video'>> = {
  wav: 'sound',
  mp3: 'sound',
  flac: 'sound',
  ogg: 'sound',
  m4a: 'sound',
  mp4: 'video',
  mov: 'video',
  webm: 'video',
  avi: 'video',
  mkv: 'video',
};

/** What a file is by its name when it is a recording: such files are large and played elsewhere. */
export function recordingKind(uri: string): 'sound' | 'video' | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(nameInAddress(uri) ?? '')?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(RECORDINGS, extension) ? RECORDINGS[extension] : undefined;
}

/** The bytes as text when they are UTF-8 and nothing that only machines read. */
export function textIn(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[\0-\x08\x0e-\x1a]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
