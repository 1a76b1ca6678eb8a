"""The verbs of this room."""

from .articles import Settled, create_article, delete_article, purge_deleted, restore_article, update_article
from .categories import delete_category, move_category, save_category
from .centres import Face, create_centre, delete_centre, set_logo, update_centre
from .door import may_publish
from .files import PICTURES, add_file, remove_file
from .links import check_links
from .phrasings import accept_phrasings, add_phrasings, propose_phrasings, remove_phrasing
from .readers import dismiss_dead_end, explain_opinion, give_opinion, note_dead_end
from .requests import Question, ask
from .reviews import ask_to_read_again, tell_reviews
from .writing import cleaned, discard_draft, publish, restore_version, save_draft, unpublish

__all__ = [
    "PICTURES",
    "Face",
    "Question",
    "Settled",
    "accept_phrasings",
    "add_file",
    "add_phrasings",
    "ask",
    "ask_to_read_again",
    "check_links",
    "cleaned",
    "create_article",
    "create_centre",
    "delete_article",
    "delete_category",
    "delete_centre",
    "discard_draft",
    "dismiss_dead_end",
    "explain_opinion",
    "give_opinion",
    "may_publish",
    "move_category",
    "note_dead_end",
    "propose_phrasings",
    "publish",
    "purge_deleted",
    "remove_file",
    "remove_phrasing",
    "restore_article",
    "restore_version",
    "save_category",
    "save_draft",
    "set_logo",
    "tell_reviews",
    "unpublish",
    "update_article",
    "update_centre",
]
