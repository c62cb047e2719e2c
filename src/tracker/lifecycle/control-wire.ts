import * as z from 'zod';

/** Calls by which a window finds its tracker. Open, since proofs stand for credentials. */
export const controlCalls = {
  /** `{nonce}` → {@link helloData}: is this the tracker of the file that the caller has read? */
  hello: 'trackside.hello',
  /** {@link controlRequest} → `{}`. */
  control: 'trackside.control',
} as const;

export const helloRequest = z.object({ nonce: z.string().min(16).max(200) });

export const helloData = z.object({
  instance_id: z.string(),
  pid: z.number(),
  version: z.string(),
  /** To be used once, within a minute, in a {@link controlRequest}. */
  nonce: z.string(),
  /** `proof(secret, 'hello', <nonce of the request>, instance_id)`. */
  proof: z.string(),
});
export type HelloData = z.infer<typeof helloData>;

/** `proof` is `proof(secret, 'control', nonce, command, access_key, key_hash)`. */
export const controlRequest = z.object({
  nonce: z.string(),
  command: z.enum(['accept', 'shutdown']),
  access_key: z.string(),
  key_hash: z.string(),
  proof: z.string(),
});
export type ControlRequest = z.infer<typeof controlRequest>;
