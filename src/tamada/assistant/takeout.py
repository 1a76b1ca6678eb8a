"""The assistant in an export of everything; what signs its questions to programs is known to nobody."""

from tamada.core.takeout import datasets, of_fields

from .models import BusinessAction, InboxAssistant, Lesson, Said

datasets.register(
    "assistants",
    of_fields(
        "assistants",
        lambda: InboxAssistant.objects.select_related("inbox"),
        id="pk",
        inbox="inbox.name",
        mode="mode",
        name="name",
        languages="languages",
        asks_phone="asks_phone",
        asks_order="asks_order",
        order_mask="order_mask",
        waits="waits",
    ),
)
datasets.register(
    "assistant_answers",
    of_fields(
        "assistant_answers",
        Said.objects.all,
        id="pk",
        conversation="conversation_id",
        question="question_id",
        asked="asked",
        message="message_id",
        what="what",
        band="band",
        confidence="confidence",
        source="source",
        key="key",
        title="title",
        language="language",
        version="version",
        brain="brain",
        outcome="outcome",
        verdict="verdict",
        judged_by="judged_by_id",
        judged_at="judged_at",
        created_at="created_at",
    ),
)
datasets.register(
    "assistant_lessons",
    of_fields(
        "assistant_lessons",
        Lesson.objects.all,
        id="pk",
        customer="customer_id",
        text="text",
        language="language",
        label="label",
        created_at="created_at",
    ),
)
datasets.register(
    "assistant_actions",
    of_fields(
        "assistant_actions",
        BusinessAction.objects.all,
        id="pk",
        name="name",
        url="url",
        phrasings="phrasings",
        fields="fields",
        proven_only="proven_only",
        is_active="is_active",
    ),
)
