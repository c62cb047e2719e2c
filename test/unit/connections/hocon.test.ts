import assert from 'node:assert/strict';
import path from 'node:path';
import { loadHocon } from '../../../src/core/hocon/load-hocon';
import { parseHocon } from '../../../src/core/hocon/parse-hocon';
import { HoconResolver, type HoconValue } from '../../../src/core/hocon/resolve-hocon';

type Variables = Readonly<Record<string, string>>;

function read(text: string, wanted: string, variables: Variables = {}): HoconValue | undefined {
  const fields = parseHocon(text, 'test.conf', () => undefined);
  return new HoconResolver(fields, variables, 'test.conf').at(wanted.split('.'));
}

async function readFiles(
  files: Readonly<Record<string, string>>,
  wanted: string,
): Promise<HoconValue | undefined> {
  const fields = await loadHocon('/conf/main.conf', {
    read: (file) => Promise.resolve(files[file]),
    resolve: (from, file) => path.posix.resolve(path.posix.dirname(from), file),
  });
  return new HoconResolver(fields, {}, 'main.conf').at(wanted.split('.'));
}

describe('HOCON', () => {
  const conf = `
# made by an SDK
api {
    // Notice: 'host' is the api server (default port 8008)
    web_server: http://localhost:8080/   # web
    api_server: http://localhost:8008
    credentials {
        "access_key" = "AK//1#2"
        secret_key: sk=1/+==
    }, verify = true
}
sdk.storage { cache.default_base_dir: "~/.clearml/cache", sizes = [ 1, 2
  3 ] }
text = """one "two"
three"""
`;

  it('reads what configuration files of ClearML hold', () => {
    assert.equal(read(conf, 'api.web_server'), 'http://localhost:8080/');
    assert.equal(read(conf, 'api.api_server'), 'http://localhost:8008');
    assert.deepEqual(read(conf, 'api.credentials'), { access_key: 'AK//1#2', secret_key: 'sk=1/+==' });
    assert.equal(read(conf, 'api.verify'), 'true');
    assert.equal(read(conf, 'sdk.storage.cache.default_base_dir'), '~/.clearml/cache');
    assert.deepEqual(read(conf, 'sdk.storage.sizes'), ['1', '2', '3']);
    assert.equal(read(conf, 'text'), 'one "two"\nthree');
    assert.equal(read(conf, 'nothing.here'), undefined);
  });

  it('reads JSON and keys with dots in quotes', () => {
    assert.equal(read('{"a": {"b.c": "x\\u0041\\n"}}', 'a') instanceof Object, true);
    assert.deepEqual(read('{"a": {"b.c": "x\\u0041\\n"}}', 'a'), { 'b.c': 'xA\n' });
  });

  it('merges groups and lets later values win', () => {
    const text = 'a.b = 1\na { c = 2 }\na.b = 3\nd = 1\nd { e = 2 }';
    assert.deepEqual(read(text, 'a'), { b: '3', c: '2' });
    assert.deepEqual(read(text, 'd'), { e: '2' });
  });

  it('looks up settings and variables, and joins', () => {
    const text =
      'host = example.com\napi { server = "https://api."${host}/v${?NOTHING}1, home = ${HOME}"/x" }';
    assert.equal(read(text, 'api.server'), 'https://api.example.com/v1');
    assert.equal(read(text, 'api.home', { HOME: '/home/ada' }), '/home/ada/x');
    assert.equal(read('a = 1\na = ${?A}', 'a'), '1');
    assert.equal(read('a = 1\na = ${?A}', 'a', { A: '2' }), '2');
    assert.deepEqual(read('base { x = 1 }\nall = ${base} { y = 2 }', 'all'), { x: '1', y: '2' });
    assert.equal(read('base { x = 1 }\nall = ${base} { y = 2 }\nz = ${all.x}', 'z'), '1');
  });

  it('knows a setting that names itself as what it was before', () => {
    assert.deepEqual(read('p = [a]\np = ${p} [b]\np += c', 'p'), ['a', 'b', 'c']);
    assert.equal(read('p = /bin\np = ${p}":/opt"', 'p'), '/bin:/opt');
    assert.deepEqual(read('q += 1', 'q'), ['1']);
    assert.deepEqual(read('r = [[1], [2, {a: 3}]]', 'r'), [['1'], ['2', { a: '3' }]]);
  });

  it('never confuses what is inherited with what is set', () => {
    assert.equal(read('a = 1', 'constructor'), undefined);
    assert.throws(() => read('a = ${constructor}', 'a'), /constructor.* is set nowhere/);
    assert.deepEqual(Object.keys(read('a { __proto__ { x = 1 } }', 'a') ?? {}), ['__proto__']);
    assert.equal(Reflect.get({}, 'x'), undefined);
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['an open brace', 'a {\n b = 1\n', /line 3: “}” is missing/],
    ['a brace too many', 'a = 1\n}', /line 2: “}” closes nothing/],
    ['an open quote', 'x = 1\na = "b\nc = 2', /line 2: a quote is not closed/],
    ['three open quotes', 'a = """b', /line 1: three quotes are not closed/],
    ['no value', 'a =\n', /a value is missing/],
    ['no mark', 'a b', /line 1: “=” or “:” is missing after a/],
    ['an unknown setting', 'x = 1\na = ${nope}', /line 2: \$\{nope\} is set nowhere/],
    ['a circle', 'a = ${b}\nb = ${a}', /is set nowhere/],
    ['a list of everything', '[1]', /a list stands where settings belong/],
    ['an address to include', 'include url("http://x/y")', /only files can be included/],
    ['a missing required file', 'include required(file("x"))', /the file x is not there/],
    ['too deep', 'a {'.repeat(80), /more than 50 levels/],
    ['too long a name', `${'a.'.repeat(80)}b = 1`, /more than 50 parts/],
  ];
  for (const [what, text, said] of wrong) {
    it(`says where it is wrong: ${what}`, () => {
      assert.throws(() => read(text, 'a'), said);
    });
  }

  it('does not let a small file become a huge value', () => {
    const lines = Array.from({ length: 60 }, (_, index) => `v${index} = \${v${index + 1}}\${v${index + 1}}`);
    assert.throws(() => read([...lines, 'v60 = 0123456789'].join('\n'), 'v0'), /becomes too long/);
    const chain = Array.from({ length: 5_000 }, (_, index) => `v${index} = \${v${index + 1}}`);
    assert.throws(() => read([...chain, 'v5000 = 1'].join('\n'), 'v0'), /too long a chain/);
  });

  it('includes files beside the one that names them', async () => {
    const files = {
      '/conf/main.conf': 'include "more/keys.conf"\ninclude "absent.conf"\nb = 2',
      '/conf/more/keys.conf': 'a = 1\nb = 1\ninclude required(file("last.conf"))',
      '/conf/more/last.conf': 'c = 3',
    };
    assert.equal(await readFiles(files, 'a'), '1');
    assert.equal(await readFiles(files, 'b'), '2');
    assert.equal(await readFiles(files, 'c'), '3');
  });

  it('stops at files that include each other', async () => {
    const files = { '/conf/main.conf': 'include "b.conf"', '/conf/b.conf': 'include "main.conf"' };
    await assert.rejects(readFiles(files, 'a'), /includes itself by way of \/conf\/b\.conf/);
    const doubling = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        index === 0 ? '/conf/main.conf' : `/conf/${index}.conf`,
        `include "${index + 1}.conf"\ninclude "${index + 1}.conf"`,
      ]),
    );
    await assert.rejects(readFiles(doubling, 'a'), /include each other too often/);
  });
});
