// The licence texts of what is bundled, found by what the bundler read.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PACKAGE_FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
const MIT_TEXT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
const RULE = '-'.repeat(80);

/**
 * @param {string} root folder that the paths below start from
 * @param {readonly string[]} inputs files that went into bundles, with `/` between folders
 * @returns {string} every package among them with its version, its licence and the text of that
 */
export function thirdPartyText(root, inputs) {
  const folders = new Set(inputs.flatMap((file) => PACKAGE_FOLDER.exec(file)?.[1] ?? []));
  const parts = [...folders].map((folder) => readPackage(path.join(root, folder))).sort(byName);
  const texts = parts.map(({ name, version, licence, text }) =>
    [RULE, `${name} ${version} (${licence})`, RULE, '', text.trim(), ''].join('\n'),
  );
  const head = `Trackside contains parts of these ${texts.length} packages. Each is under its own licence.\n`;
  return [head, ...new Set(texts)].join('\n');
}

function readPackage(folder) {
  const { name, version, license, author } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  const files = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort();
  const text = files.map((file) => readFileSync(path.join(folder, file), 'utf8')).join('\n');
  if (typeof license !== 'string') {
    throw new Error(`${name} does not say its licence: see what it is, and whether it may be bundled.`);
  }
  return { name, version, licence: license, text: text || textOf(license, name, author) };
}

/** Some packages name their licence and leave its text out. */
function textOf(license, name, author) {
  const holder = (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
  if (license !== 'MIT') {
    throw new Error(`${name} holds no text of its licence, ${license}.`);
  }
  return `Copyright (c) ${holder}\n\n${MIT_TEXT}`;
}

function byName(a, b) {
  return a.name.localeCompare(b.name) || a.version.localeCompare(b.version);
}
