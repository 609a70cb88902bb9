"""``python -m facet.cli``."""

import sys

from facet.cli.main import main

sys.exit(main())
