"""Why a visitor is refused. `code` is for the widget; its words are the face's."""


class ChatError(Exception):
    """Base of this room's refusals."""

    code = "refused"


class Stranger(ChatError):
    """The token is nobody's, or is nobody's any more."""

    code = "visitor"


class WrongSite(ChatError):
    """The inbox is not for this site."""

    code = "origin"


class NoThread(ChatError):
    """There is no such conversation of this visitor's."""

    code = "conversation"


class WrongProof(ChatError):
    """The hash was not made with the inbox's secret for this user."""

    code = "hash"


class BadUser(ChatError):
    """What names the user can't: too long, or not written the one way it can be."""

    code = "user"


class BadEmail(ChatError):
    """What was typed is no address."""

    code = "email"


class NothingSaid(ChatError):
    """Neither words nor files."""

    code = "empty"


class TooLong(ChatError):
    """More words than one message holds."""

    code = "too_long"


class UsedBefore(ChatError):
    """The client id names a message that says something else."""

    code = "client_id"


class Refused(ChatError):
    """This person is blocked here."""

    code = "blocked"


class FormFirst(ChatError):
    """The inbox asks these fields before the first message."""

    code = "form"

    def __init__(self, fields: list[str]) -> None:
        super().__init__(fields)
        self.fields = fields


class NoFile(ChatError):
    """There is no such file of this visitor's."""

    code = "file"


class FileTooLarge(ChatError):
    """The file is larger than we take."""

    code = "too_large"


class FilesWait(ChatError):
    """As much as one message holds is uploaded already and waits to be sent."""

    code = "files_wait"


class NoRoom(ChatError):
    """So little disk is free that files are not taken: what is left is for mail."""

    code = "no_room"


class FileKind(ChatError):
    """By its content the file is of a kind that is not taken."""

    code = "file_type"
