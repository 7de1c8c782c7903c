"""Whether this container's web process answers. As nginx would ask, or it sends us to https."""

import sys
import urllib.request

ADDRESS = "http://localhost:8000/health/"


def main() -> int:
    request = urllib.request.Request(ADDRESS, headers={"X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status != 200)
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
