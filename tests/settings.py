"""The settings that tests run with: the real ones, on a data folder that is thrown away and on cheap password hashes.

`TAMADA_TEST_DATABASE_URL` and `TAMADA_TEST_REDIS_URL` choose PostgreSQL and Redis; without them it is SQLite, in process.
"""

import atexit
import os
import shutil
import tempfile

DATA_DIR = tempfile.mkdtemp(prefix="tamada-test-")
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)

# A developer's own environment must not leak into the tests.
for _name in [name for name in os.environ if name.startswith("TAMADA_") and not name.startswith(("TAMADA_TEST_", "TAMADA_PROOF"))]:
    del os.environ[_name]
os.environ["TAMADA_DATA_DIR"] = DATA_DIR
os.environ["TAMADA_SECRET_KEY"] = "a secret that only tests know, 50 characters or more of it"
os.environ["TAMADA_BASE_URL"] = "http://testserver"
for _name in ("DATABASE_URL", "REDIS_URL"):
    if _value := os.environ.get(f"TAMADA_TEST_{_name}"):
        os.environ[f"TAMADA_{_name}"] = _value

from tamada.config.settings import *  # noqa: E402, F403

# Argon2 is made to be slow. Tests of the hashing itself override this.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
