"""``python -m aadash``: the same reading and the same analyses without a browser."""

import sys

from aadash.cli import main

sys.exit(main())
