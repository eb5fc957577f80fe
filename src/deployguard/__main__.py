"""`python -m deployguard`."""

import sys

from deployguard.cli import main

sys.exit(main())
