"""What every environment shares. A bad value in the environment stops the process at start."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY", default="")
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="railway-demo")  # every person of the demo centre has it
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
WEB_PORT = env.int("WEB_PORT", default=8000)

ROOT_URLCONF = "callcenter.urls"
ASGI_APPLICATION = "callcenter.asgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "callcenter.accounts.site.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "callcenter.accounts.site.SignInWatchConfig",
    "channels",
    "csp",
    "django_filters",
    "django_vite",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rules",
    "treebeard",
    "callcenter.core",
    "callcenter.accounts",
    "callcenter.railway",
    "callcenter.customers",
    "callcenter.knowledge",
    "callcenter.incidents",
    "callcenter.acd",
    "ivr",
    "tickets",
    "lostfound",
    "quality",
    "workforce",
    "reports",
    "callcenter.desktop",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "callcenter.accounts.middleware.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# ------------------------------------------------------------------ databases
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://callcenter@127.0.0.1:5432/callcenter")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
REDIS_PREFIX = env.str("REDIS_PREFIX", default="cc")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            # redis-py caps a pool at 100 connections unless it is told otherwise.
            "hosts": [REDIS_URL + ("&" if "?" in REDIS_URL else "?") + "max_connections=5000"],
            "prefix": REDIS_PREFIX,
        },
    }
}

# --------------------------------------------------------------------- celery
CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task whose worker was killed is handed out again after this; the default of one hour is too long for us.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 120, "global_keyprefix": f"{REDIS_PREFIX}:"}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {"task": "callcenter.core.tasks.sweep_outbox", "schedule": 5.0},
    "fold-facts": {"task": "reports.tasks.fold_recent", "schedule": 10.0},
    "reconcile-with-pbx": {"task": "reports.tasks.reconcile_recent", "schedule": 60.0},
    "run-rebuilds": {"task": "reports.tasks.run_rebuilds", "schedule": 60.0},
    # 02:40 in Shanghai, when the fewest calls come.
    "nightly-facts": {"task": "reports.tasks.nightly", "schedule": crontab(hour=18, minute=40)},
    "retire-old-events": {"task": "callcenter.core.tasks.retire_old_events", "schedule": 3600.0},
}

# ------------------------------------------------------------ people, security
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "callcenter.accounts.backends.AdministratorBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# ------------------------------------------------------- language, time, files
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["callcenter.accounts.formats"]
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "callcenter.core.staticfiles.ViteAwareStorage"},
}
WHITENOISE_IMMUTABLE_FILE_TEST = "callcenter.core.staticfiles.immutable_file_test"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "",
        "manifest_path": FRONTEND_DIST / "manifest.json",
    }
}

# ------------------------------------------------------------------------ api
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["callcenter.accounts.permissions.RolesAllowed"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "callcenter.core.api.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Railway call centre",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAdminUser"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# ------------------------------------------------------------------ telephony
ASTERISK = {
    "name": env.str("ASTERISK_NAME", default="pbx1"),
    "ami_host": env.str("ASTERISK_AMI_HOST", default="127.0.0.1"),
    "ami_port": env.int("ASTERISK_AMI_PORT", default=5038),
    "ami_user": env.str("ASTERISK_AMI_USER", default="platform"),
    "ami_secret": env.str("ASTERISK_AMI_SECRET", default=""),
    "ami_events_user": env.str("ASTERISK_AMI_EVENTS_USER", default="events"),
    "ami_events_secret": env.str("ASTERISK_AMI_EVENTS_SECRET", default=""),
    "ws_url": env.str("ASTERISK_WS_URL", default="ws://127.0.0.1:8088/ws"),
    "sip_host": env.str("ASTERISK_SIP_HOST", default="127.0.0.1"),
    "sip_port": env.int("ASTERISK_SIP_PORT", default=5060),
    "sip_domain": env.str("ASTERISK_SIP_DOMAIN", default="127.0.0.1"),
    "sounds_dir": env.str("ASTERISK_SOUNDS_DIR", default=""),
    "log_dir": env.str("ASTERISK_LOG_DIR", default=""),
}
AGI_HOST = env.str("AGI_HOST", default="127.0.0.1")
AGI_PORT = env.int("AGI_PORT", default=4573)
# What tells waiting callers their place; distribution stands below the menus, so the function is named here.
CALL_ANNOUNCER = "ivr.announcements.announcement_files"
SIP_CREDENTIAL_SECONDS = env.int("SIP_CREDENTIAL_SECONDS", default=12 * 3600)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.channels.server": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []

# ------------------------------------------------------- content security policy
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'", "blob:", "mediastream:"],
        "connect-src": ["'self'", "{0.scheme}://{0.netloc}".format(urlsplit(ASTERISK["ws_url"]))],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "object-src": ["'none'"],
    }
}
