import assert from 'node:assert/strict';
import { parseLenientJson } from '../../../src/core/lenient-json';
import { changedFiles, sidesOf } from '../../../src/core/patch-sides';

const DIFF = `diff --git a/train.py b/train.py
index 1111111..2222222 100644
--- a/train.py
+++ b/train.py
@@ -1,3 +1,3 @@
 import os
-lr = 0.1
+lr = 0.5
 print(lr)
diff --git a/lib/old name.py b/lib/new name.py
similarity index 90%
rename from lib/old name.py
rename to lib/new name.py
--- a/lib/old name.py
+++ b/lib/new name.py
@@ -10,2 +10,3 @@ def f():
     a = 1
+    b = 2
     return a
diff --git a/added.py b/added.py
new file mode 100644
--- /dev/null
+++ b/added.py
@@ -0,0 +1,2 @@
+one
+two
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-last words
diff --git a/weights.bin b/weights.bin
Binary files a/weights.bin and b/weights.bin differ
`;

describe('Both sides of a patch', () => {
  const files = changedFiles(DIFF);
  const file = (path: string) => {
    const found = files.find((each) => each.path === path);
    assert.ok(found, path);
    return found;
  };

  it('name the files that changed, with what they were called', () => {
    assert.deepEqual(
      files.map(({ path, oldPath, isDeleted }) => [path, oldPath, isDeleted]),
      [
        ['train.py', 'train.py', false],
        ['lib/new name.py', 'lib/old name.py', false],
        ['added.py', undefined, false],
        ['gone.py', 'gone.py', true],
      ],
    );
  });

  it('are the whole file where the commit is at hand', () => {
    const base = 'import os\nlr = 0.1\nprint(lr)\n';
    assert.deepEqual(sidesOf(file('train.py'), base), {
      before: base,
      after: 'import os\nlr = 0.5\nprint(lr)\n',
      isWhole: true,
    });
    assert.deepEqual(sidesOf(file('added.py'), undefined), {
      before: '',
      after: 'one\ntwo\n',
      isWhole: true,
    });
    assert.equal(sidesOf(file('gone.py'), 'last words\n').after, '');
  });

  it('are the changed places where it is not, or where the file is another one', () => {
    for (const base of [undefined, 'something else\n']) {
      assert.deepEqual(sidesOf(file('lib/new name.py'), base), {
        before: '⋯ line 10\n    a = 1\n    return a\n',
        after: '⋯ line 10\n    a = 1\n    b = 2\n    return a\n',
        isWhole: false,
      });
    }
  });

  it('are none for a text that is no patch', () => {
    assert.deepEqual(changedFiles('just words'), []);
    assert.deepEqual(changedFiles('@@ -1 +1 @@ broken\n*x'), []);
    assert.deepEqual(changedFiles(''), []);
  });
});

describe('JSON as Python writes it', () => {
  it('is read with null where numbers that JSON lacks stand, and strings as they are', () => {
    assert.deepEqual(parseLenientJson('[NaN, -Infinity, Infinity, 1, "NaN \\" Infinity"]'), [
      null,
      null,
      null,
      1,
      'NaN " Infinity',
    ]);
    assert.deepEqual(parseLenientJson('{"NaN": NaN}'), { NaN: null });
    assert.equal(parseLenientJson('{"a": }'), undefined);
    assert.equal(parseLenientJson(''), undefined);
  });
});
