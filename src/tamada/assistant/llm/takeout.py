"""What the language model cost, in an export of everything."""

from tamada.core.takeout import datasets, of_fields

from .models import Spending

datasets.register(
    "language_model_days",
    of_fields(
        "language_model_days",
        Spending.objects.all,
        day="day",
        calls="calls",
        failures="failures",
        tokens_in="tokens_in",
        tokens_out="tokens_out",
        micro="micro",
    ),
)
