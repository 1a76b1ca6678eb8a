"""Work of this room that is done later, or again and again."""

from tamada.core.tasks import every, task

from . import actions, queries


@task(max_attempts=3)
def respond(conversation_id: int, depth: int = 0) -> None:
    """Do what is to be done about the customer's last words."""
    actions.respond(conversation_id=conversation_id, depth=depth)


@task(max_attempts=3)
def keep_phone(message_id: int) -> None:
    """Put the phone number that somebody gave beside them."""
    actions.keep_phone(message_id=message_id)


@task(max_attempts=3)
def keep_email(conversation_id: int) -> None:
    """Keep the address that a visitor of the chat gave."""
    actions.keep_email(conversation_id=conversation_id)


@task(max_attempts=3)
def learn_now(force: bool = False) -> None:
    """Learn everything anew, where there is something new or it is wanted (`force`)."""
    actions.learn(force=force)


@every(minutes=1)
def give_up() -> None:
    """Hand over what has waited too long for the assistant."""
    if queries.is_in_use():
        actions.give_up()


@every(seconds=30)
def look_for_news() -> None:
    """Learn anew when there is something else to learn."""
    actions.look_for_news()


@every(hours=1)
def settle_outcomes() -> None:
    """Say of answers after which nobody came back that they helped."""
    actions.settle_outcomes()
