"""For developers: `python -m tamada.config makemigrations core` and every other Django management command."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamada.config.settings")
    execute_from_command_line(["tamada.config", *sys.argv[1:]])
