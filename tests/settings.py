"""The settings of test runs: the real ones, with a data folder that is thrown away and cheap password hashes.

`TAMADA_TEST_DATABASE_URL` and `TAMADA_TEST_REDIS_URL` choose PostgreSQL and Redis; without them SQLite serves alone.
`TAMADA_TEST_TEMPLATE` names a database of that server which was migrated: each worker begins with a copy of it.
"""

import atexit
import os
import shutil
import tempfile

OURS = ("TAMADA_TEST_", "TAMADA_PROOF")


def set_environment(data_dir: str) -> None:
    """Forget the developer's own settings, and point Tamada at the servers and the folder of this run."""
    for name in [name for name in os.environ if name.startswith("TAMADA_") and not name.startswith(OURS)]:
        del os.environ[name]
    os.environ["TAMADA_DATA_DIR"] = data_dir
    os.environ["TAMADA_SECRET_KEY"] = "a secret that only tests know, 50 characters or more of it"
    os.environ["TAMADA_BASE_URL"] = "http://testserver"
    if database := os.environ.get("TAMADA_TEST_DATABASE_URL"):
        os.environ["TAMADA_DATABASE_URL"] = database
    if redis := os.environ.get("TAMADA_TEST_REDIS_URL"):
        # Each parallel worker has a numbered Redis database of its own, as it has a PostgreSQL database of its own.
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        os.environ["TAMADA_REDIS_URL"] = f"{redis.rsplit('/', 1)[0]}/{worker}"


_folder = tempfile.mkdtemp(prefix="tamada-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
set_environment(_folder)

from tamada.config.settings import *  # noqa: E402, F403

# Argon2 is made to be slow. Tests of the hashing itself override this.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

if template := os.environ.get("TAMADA_TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}  # noqa: F405
