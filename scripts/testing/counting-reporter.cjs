// Mocha's spec reporter that also writes its counts to the file that TRACKSIDE_TEST_COUNTS names.
'use strict';
const fs = require('node:fs');
const { reporters, Runner } = require('mocha');

class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes = 0, failures = 0, pending = 0 } = this.stats;
      fs.writeFileSync(
        process.env.TRACKSIDE_TEST_COUNTS ?? '',
        JSON.stringify({ passed: passes, failed: failures, skipped: pending }),
      );
    });
  }
}

module.exports = CountingReporter;
