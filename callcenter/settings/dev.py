"""A developer's machine and the demo: plain http, a key of its own, no secrets needed."""

from callcenter.settings.base import *  # noqa: F403
from callcenter.settings.base import SECRET_KEY as _KEY
from callcenter.settings.base import env

SECRET_KEY = _KEY or "development-only-key-never-used-in-production-0123456789"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
