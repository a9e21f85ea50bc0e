"""Where every setting is read, once, from the environment; docs/settings.md lists them all."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.conf import global_settings

from chatsite.environment import Environment
from chatsite.logs import everything_to_stderr
from chatsite.secret_key import kept_secret_key
from chatsite.stores import channel_layers, database

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = Environment(os.environ)
DEBUG = False

# Where and how it runs.
MODE = ENVIRONMENT.choice("MODE", "local", among=("local", "production"))
IS_LOCAL = MODE == "local"
VAR_DIR = BASE_DIR / ENVIRONMENT.text("VAR_DIR", "var")
STATIC_DIR = ENVIRONMENT.text("STATIC_DIR")
TIME_ZONE = ENVIRONMENT.time_zone("TIME_ZONE", "UTC")
LOG_LEVEL = ENVIRONMENT.choice("LOG_LEVEL", "WARNING", among=("DEBUG", "INFO", "WARNING", "ERROR"))
DRAIN_SECONDS = ENVIRONMENT.seconds("DRAIN_SECONDS", 20)
TURN_EXECUTOR = ENVIRONMENT.choice("TURN_EXECUTOR", "local", among=("local", "procrastinate"))
# Dotted paths of async functions: awaited before the server says it is ready, and, with the seconds for which
# running work may go on, before it leaves.
SERVER_START_HOOKS = ["conversations.turns.serving.start", "chatsite.serving.housekeeping.start"]
SERVER_DRAIN_HOOKS = [
    "conversations.turns.serving.drain",
    "conversations.live.here.leave",
    "chatsite.serving.housekeeping.drain",
]
WORK = "conversations.turns.working.work"  # dotted path of what a worker does until it is told to leave
# Dotted paths of functions that delete what is past its time, once an hour; twice does no harm.
HOUSEKEEPING = [
    "conversations.retention.forget_old_exchanges",
    "chatsite.accounts.forgetting.forget_old_sessions",
    "chatsite.accounts.forgetting.forget_old_links",
    "chatsite.accounts.forgetting.forget_old_failures",
]
DEMO_ACCOUNT_HOOKS = [
    "tools.builtin.calendar.sample.seed_calendar"
]  # given the demo account at every local start
# Dotted paths of what `manage.py ask` needs of the site: the lock that whoever runs turns must hold, and the
# account that asks in local mode if nobody is named.
SERVER_LOCK = "chatsite.serving.lock.server_lock"
LOCAL_PERSON = "chatsite.accounts.demo.demo_account"
EXTRA_APPS = ENVIRONMENT.apps("EXTRA_APPS")

try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    LOCAL_SECRET_KEY = kept_secret_key(VAR_DIR / "secret_key") if IS_LOCAL else ""
except OSError as error:
    ENVIRONMENT.report(
        "E008", f"VAR_DIR is {str(VAR_DIR)!r}, but nothing can be kept there: {error.strerror}."
    )
    LOCAL_SECRET_KEY = ""

# Who may reach it.
PUBLIC_URL = ENVIRONMENT.address("PUBLIC_URL")
SECRET_KEY = ENVIRONMENT.text("SECRET_KEY") or LOCAL_SECRET_KEY
SECRET_KEY_IS_MISSING = not SECRET_KEY
# A check can only speak up in a Django that has started, and Django does not start without a key.
SECRET_KEY = SECRET_KEY or secrets.token_urlsafe(50)
ALLOWED_HOSTS = ENVIRONMENT.words("ALLOWED_HOSTS")
if not ALLOWED_HOSTS and PUBLIC_URL:
    ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname or ""]
if IS_LOCAL:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.words("CSRF_TRUSTED_ORIGINS") + ([PUBLIC_URL] if PUBLIC_URL else [])
HTTPS = ENVIRONMENT.flag("HTTPS", not IS_LOCAL)
HSTS_SECONDS = ENVIRONMENT.whole("HSTS_SECONDS", 86400)
TRUSTED_PROXY = ENVIRONMENT.flag("TRUSTED_PROXY", False)
METRICS_TOKEN = ENVIRONMENT.text("METRICS_TOKEN")
REQUEST_LIMIT_BYTES = ENVIRONMENT.whole("REQUEST_LIMIT_BYTES", 2_621_440, least=65_536)
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    REQUEST_LIMIT_BYTES  # it is bounded before Django reads it, forms and files alike
)
SIGN_UP = ENVIRONMENT.flag("SIGN_UP", False)

# Which model answers. None of the three set means the demo model.
OPENAI_BASE_URL = ENVIRONMENT.address("OPENAI_BASE_URL")
OPENAI_API_KEY = ENVIRONMENT.text("OPENAI_API_KEY")
OPENAI_MODEL = ENVIRONMENT.text("OPENAI_MODEL")
OPENAI_INCLUDE_USAGE = ENVIRONMENT.flag("OPENAI_INCLUDE_USAGE", True)
OPENAI_NULL_CONTENT = ENVIRONMENT.flag("OPENAI_NULL_CONTENT", True)
MODEL_IS_DEMO = not (OPENAI_BASE_URL or OPENAI_API_KEY or OPENAI_MODEL)
MODEL_NAME = "clearcall-demo" if MODEL_IS_DEMO else OPENAI_MODEL
MODEL_SILENCE_SECONDS = ENVIRONMENT.seconds("MODEL_SILENCE_SECONDS", 120)
MODEL_WORDLESS_SECONDS = ENVIRONMENT.seconds("MODEL_WORDLESS_SECONDS", 600)
MODEL_RETRIES = ENVIRONMENT.whole("MODEL_RETRIES", 2)
DEMO_SECONDS_PER_TOKEN = ENVIRONMENT.seconds("DEMO_SECONDS_PER_TOKEN", 0.02)
INSTRUCTIONS = ENVIRONMENT.text("INSTRUCTIONS")
STEP_LIMIT = ENVIRONMENT.whole("STEP_LIMIT", 20, least=1)
ATTEMPT_LIMIT = ENVIRONMENT.whole("ATTEMPT_LIMIT", 3, least=1)
EXCHANGE_DAYS = ENVIRONMENT.whole("EXCHANGE_DAYS", 30)
EXCHANGE_LIMIT_BYTES = ENVIRONMENT.whole("EXCHANGE_LIMIT_BYTES", 4_194_304)

# What tools may do, and what a person may ask for.
TOOL_DEADLINE_SECONDS = ENVIRONMENT.seconds("TOOL_DEADLINE_SECONDS", 30)
TOOL_RESULT_LIMIT_BYTES = ENVIRONMENT.whole("TOOL_RESULT_LIMIT_BYTES", 65_536, least=1024)
ROUTING_TOOLS = ENVIRONMENT.whole("ROUTING_TOOLS", 20, least=1)
ROUTING_TOKENS = ENVIRONMENT.whole("ROUTING_TOKENS", 8000, least=500)
WEATHER_MODE = ENVIRONMENT.choice(
    "WEATHER_MODE", "sample" if MODEL_IS_DEMO else "live", among=("sample", "live")
)
WEATHER_BASE_URL = ENVIRONMENT.address("WEATHER_BASE_URL")
QUERY_DATABASE_URL = ENVIRONMENT.text("QUERY_DATABASE_URL")
QUERY_SECONDS = ENVIRONMENT.seconds("QUERY_SECONDS", 5)
SAMPLE_DATABASE = VAR_DIR / "sample-shop.sqlite3" if IS_LOCAL else None
ALLOWED_API_HOSTS = ENVIRONMENT.words("ALLOWED_API_HOSTS")
MCP_COMMANDS = ENVIRONMENT.commands("MCP_COMMANDS")
MCP_CONNECT_SECONDS = ENVIRONMENT.seconds("MCP_CONNECT_SECONDS", 15)
# All that their programs get of the environment: what it takes to find one's way, and no secret.
MCP_ENVIRONMENT = {
    name: os.environ[name]
    for name in ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
    if name in os.environ
}
FILES_ROOT = ENVIRONMENT.text("FILES_ROOT")
MESSAGE_LIMIT_CHARACTERS = ENVIRONMENT.whole("MESSAGE_LIMIT_CHARACTERS", 100_000, least=1)
APPROVAL_SECONDS = ENVIRONMENT.seconds("APPROVAL_SECONDS", 24 * 3600)
MESSAGES_PER_MINUTE = ENVIRONMENT.whole("MESSAGES_PER_MINUTE", 30, least=1)
RUNNING_TURNS_PER_PERSON = ENVIRONMENT.whole("RUNNING_TURNS_PER_PERSON", 3, least=1)
QUEUED_TURNS_PER_PERSON = ENVIRONMENT.whole("QUEUED_TURNS_PER_PERSON", 10, least=1)

# Where it keeps things, and what carries its news.
DATABASES = {"default": database(ENVIRONMENT, VAR_DIR)}
REDIS_URL = ENVIRONMENT.text("REDIS_URL")  # for whoever must know its password when it sees it
CHANNEL_LAYERS = channel_layers(ENVIRONMENT)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
HAS_POSTGRESQL = "postgresql" in DATABASES["default"]["ENGINE"]
# Whether rows and news reach other processes too; otherwise there is one server only, which a lock sees to.
IS_SHARED = HAS_POSTGRESQL and bool(CHANNEL_LAYERS)

# What it is made of.
INSTALLED_APPS = [
    "chatsite",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "chatsite.accounts",
    "tools",
    "conversations",
    "conversations.extraction",
    *EXTRA_APPS,
]
if TURN_EXECUTOR == "procrastinate" and HAS_POSTGRESQL:  # its tables can be made nowhere else
    INSTALLED_APPS.append("procrastinate.contrib.django")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = ["conversations.turns.jobs"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "chatsite.static.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "chatsite.clock.their_clock",
    "chatsite.away.DatabaseAway",
]
ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chatsite.context.everywhere",
            ]
        },
    },
    # What every change of a turn makes anew, compiled to Python; pages are made once for a visit.
    {
        "NAME": "fragments",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "fragments"],
        "OPTIONS": {"environment": "conversations.templatetags.fragments.environment"},
    },
]
LANGUAGE_CODE = "en"
USE_TZ = True

# Who people are. The cookies have names of their own, because those of localhost are shared by all its ports.
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_NAME = "clearcall_session"
CSRF_COOKIE_NAME = "clearcall_csrf"

# What browsers are told. HSTS speaks for this host alone; W005 and W021 would commit its neighbours too.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = HSTS_SECONDS if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],  # the nonce is for the import map, which cannot be a file
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Its files: on a person's own machine served as they lie there, elsewhere collected; named by their change
# or their hash, so that a browser keeps them.
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / (STATIC_DIR or VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [*global_settings.STATICFILES_FINDERS, "chatsite.styles.OneSheet"]
STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
if IS_LOCAL:
    STATIC_STORAGE = "chatsite.static.DatedFiles"
STORAGES = {"staticfiles": {"BACKEND": STATIC_STORAGE}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = IS_LOCAL
WHITENOISE_MAX_AGE = 0 if IS_LOCAL else 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

LOGGING = everything_to_stderr(LOG_LEVEL)
