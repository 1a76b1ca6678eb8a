"""What Prometheus sees of the assistant."""

from prometheus_client import Counter

STEPS = Counter("tamada_assistant_steps_total", "What the assistant did about messages.", ["what", "reason"])
