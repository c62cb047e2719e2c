// Stands in for the native module @vscode/spdlog in the cached editor, which npm leaves unbuilt where install scripts
// do not run: without it the editor's log files and extensions' output channels stay empty. Same interface, plain Node.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const NAMES = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  #file;
  #level = 0;
  #isBare = false;
  #waiting = '';
  #flushOnExit = () => this.flush();

  constructor(_type, _name, file) {
    this.#file = file;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    process.on('exit', this.#flushOnExit);
  }

  trace(message) {
    this.#write(0, message);
  }

  debug(message) {
    this.#write(1, message);
  }

  info(message) {
    this.#write(2, message);
  }

  warn(message) {
    this.#write(3, message);
  }

  error(message) {
    this.#write(4, message);
  }

  critical(message) {
    this.#write(5, message);
  }

  getLevel() {
    return this.#level;
  }

  setLevel(level) {
    this.#level = level;
  }

  setPattern() {
    this.#isBare = false;
  }

  clearFormatters() {
    this.#isBare = true;
  }

  flush() {
    const text = this.#waiting;
    this.#waiting = '';
    if (text !== '') {
      try {
        fs.appendFileSync(this.#file, text);
      } catch {
        // A log that cannot be written must not end the editor.
      }
    }
  }

  drop() {
    this.flush();
    process.off('exit', this.#flushOnExit);
  }

  #write(level, message) {
    if (level < this.#level) {
      return;
    }
    if (this.#waiting === '') {
      setImmediate(() => this.flush());
    }
    const time = new Date().toISOString().slice(0, 23).replace('T', ' ');
    this.#waiting += this.#isBare ? message : `${time} [${NAMES[level]}] ${message}\n`;
  }
}

process.setMaxListeners(Math.max(process.getMaxListeners(), 200));

exports.version = 1;
exports.setLevel = () => undefined;
exports.setFlushOn = () => undefined;
exports.Logger = Logger;
exports.createRotatingLogger = async (name, file) => new Logger('rotating', name, file);
exports.createAsyncRotatingLogger = exports.createRotatingLogger;
