// Mocha's spec reporter that also writes its counts, and what failed, to the file that TRACKSIDE_TEST_COUNTS names.
'use strict';
const fs = require('node:fs');
const { reporters, Runner } = require('mocha');

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failures = [];
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => {
      failures.push(`${test.titlePath().join(' › ')}: ${String(error?.message ?? error).split('\n', 1)[0]}`);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes = 0, failures: failed = 0, pending = 0 } = this.stats;
      fs.writeFileSync(
        process.env.TRACKSIDE_TEST_COUNTS ?? '',
        JSON.stringify({ passed: passes, failed, skipped: pending, failures }),
      );
    });
  }
}

module.exports = CountingReporter;
