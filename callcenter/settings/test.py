"""The test run: fast hashes, everything else as it is in service."""

from callcenter.settings.base import *  # noqa: F403

SECRET_KEY = "test-only-key-0123456789-0123456789-0123456789"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DJANGO_VITE = {
    "default": {
        "dev_mode": not (FRONTEND_DIST / "manifest.json").is_file(),  # noqa: F405
        "static_url_prefix": "",
        "manifest_path": FRONTEND_DIST / "manifest.json",  # noqa: F405
    }
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
