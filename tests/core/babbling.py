"""A process that answers with anything but messages, for tests/core/test_child.py."""

import os
import sys
import time

os.write(1, bytes.fromhex(sys.argv[1]))
time.sleep(600)
