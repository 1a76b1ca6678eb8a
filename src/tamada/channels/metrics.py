"""What the mail road counts for Prometheus: no addresses, no subjects."""

from prometheus_client import Counter

ACCEPTED = Counter("tamada_mail_accepted_total", "Messages acknowledged, by listener.", ["listener"])
REFUSED = Counter("tamada_mail_refused_total", "Messages and recipients refused, by reply code.", ["code"])
TAKEN_IN = Counter("tamada_inputs_total", "Journal entries handled, by what became of them.", ["state"])
SENT = Counter("tamada_mail_sent_total", "Tries to send a message, by outcome.", ["outcome"])
