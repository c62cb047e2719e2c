/** Where the files host is below the tracker's address. */
export const FILES_PATH = '/files';
