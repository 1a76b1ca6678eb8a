"""Why something can't be done."""


class Invalid(ValueError):
    """The sentence is for people; `field` names what it is about."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
