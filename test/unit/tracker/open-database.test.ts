import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LAYOUT_VERSION, layoutVersion } from '../../../src/tracker/storage/migrations';
import { Storage } from '../../../src/tracker/storage/storage';
import { temporaryFolder } from './tracker-fixture';

describe('tracker: opening the database', () => {
  let place: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    place = temporaryFolder();
  });
  afterEach(() => place.remove());

  const file = (): string => path.join(place.folder, 'tracker.sqlite');
  const setAside = (): string[] => readdirSync(place.folder).filter((name) => name.includes('set-aside'));
  function openAndClose(): readonly string[] {
    const storage = Storage.open(place.folder, Date.now());
    const { notices } = storage;
    assert.equal(layoutVersion(storage.db), LAYOUT_VERSION);
    storage.dispose();
    return notices;
  }

  it('makes a new one, and opens it again without a word', () => {
    assert.deepEqual(openAndClose(), []);
    assert.deepEqual(openAndClose(), []);
  });

  it('goes on where an interrupted migration stopped', () => {
    new DatabaseSync(file()).close();
    assert.deepEqual(openAndClose(), []);
  });

  it('sets a file aside that is no database, whole and with a notice', () => {
    const text = 'this is not a database, but it is somebody’s work '.repeat(100);
    writeFileSync(file(), text);
    const [notice] = openAndClose();
    assert.match(notice ?? '', /is damaged/);
    const [kept] = setAside();
    assert.equal(readFileSync(path.join(place.folder, kept ?? ''), 'utf8'), text);
    assert.deepEqual(openAndClose(), [], 'the new one is good');
  });

  it('sets a database with a damaged page aside', () => {
    const storage = Storage.open(place.folder, Date.now());
    for (let index = 0; index < 500; index += 1) {
      storage.tasks.insert(String(index), {
        name: 'x'.repeat(200),
        type: 'training',
        user: 'u',
        created: index,
      });
    }
    storage.dispose();
    const bytes = readFileSync(file());
    bytes.fill(0xa5, 4096 * 3, 4096 * 20);
    writeFileSync(file(), bytes);
    const [notice] = openAndClose();
    assert.match(notice ?? '', /kept as/);
    assert.equal(setAside().length, 1);
  });

  it('sets a database of a newer version aside', () => {
    openAndClose();
    const newer = new DatabaseSync(file());
    newer.exec('PRAGMA user_version = 999');
    newer.close();
    const [notice] = openAndClose();
    assert.match(notice ?? '', /newer version of Trackside \(layout 999/);
    const kept = new DatabaseSync(path.join(place.folder, setAside()[0] ?? ''));
    assert.equal(kept.prepare('PRAGMA user_version').get()?.['user_version'], 999);
    kept.close();
  });

  it('says what is wrong when the folder is not there', () => {
    assert.throws(
      () => Storage.open(path.join(place.folder, 'missing'), 0),
      /cannot store data in .*missing/,
    );
  });
});
