"""`python -m callcenter.telephony.passengers`, which `./run call` starts."""

import sys

from callcenter.telephony.passengers import cli

sys.exit(cli.main())
