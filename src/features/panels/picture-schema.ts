import * as z from 'zod/mini';

export const PICTURE_FORMATS = ['png', 'svg'] as const;
export type PictureFormat = (typeof PICTURE_FORMATS)[number];

const MOST_BYTES = 50_000_000;

/** A picture that a page has drawn, for a file. */
export const pictureFile = {
  format: z.enum(PICTURE_FORMATS),
  bytes: z
    .custom<Uint8Array<ArrayBuffer>>(
      (given) => Object.prototype.toString.call(given) === '[object Uint8Array]',
    )
    .check(z.refine((bytes) => bytes.byteLength <= MOST_BYTES)),
};
