"""Loaded by Python before any script: one that hangs says where, in all its threads, and ends."""

import faulthandler
import os

faulthandler.dump_traceback_later(float(os.environ["SCRIPT_BOUND_SECONDS"]), exit=True)
