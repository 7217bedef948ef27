"""`python -m api` is the command `rowlock` where that is not installed, as in the image."""

import sys

from api.cli import main

sys.exit(main())
