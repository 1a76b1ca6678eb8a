"""The menu beside every settings page: one table, so that each page knows its neighbours."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from tamada.accounts.models import Agent
from tamada.accounts.permissions import allowed

from .names import in_latin


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: `name` is its address in the desk, `permission` what an agent needs to see it (empty: nothing), `also`
    what else it is looked for by, in every language: people look in the one they think in.
    """

    name: str
    label: str | Promise
    icon: str
    permission: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as a page shows it."""

    label: str | Promise
    icon: str
    href: str
    is_current: bool
    also: str


GROUPS: tuple[tuple[str | Promise, tuple[Entry, ...]], ...] = (
    (
        _("You"),
        (
            Entry("profile", _("Profile"), "user"),
            Entry("profile_password", _("Password and sessions"), "lock"),
            Entry("profile_factors", _("Second step"), "shield"),
            Entry("profile_notifications", _("Notifications"), "bell"),
            Entry("absence", _("Absence"), "user-off"),
            Entry("views", pgettext_lazy("saved lists", "Views"), "filter"),
            Entry("profile_tokens", _("API tokens"), "key"),
        ),
    ),
    (
        _("Company"),
        (
            Entry(
                "settings_company",
                _("Company"),
                "building",
                "company.settings",
                also="logo language time zone լոգո լեզու ժամային գոտի ლოგო ენა სარტყელი логотип язык часовой пояс",
            ),
            Entry(
                "settings_hours",
                _("Opening hours"),
                "clock",
                "company.settings",
                also="holidays schedule տոն գրաֆիկ უქმე დღე გრაფიკი праздники график расписание",
            ),
        ),
    ),
    (
        _("Team and access"),
        (
            Entry(
                "people",
                _("People"),
                "users",
                also="agents invite roles օպերատոր հրավեր გუნდის წევრი მოწვევა сотрудники операторы пригласить роли",
            ),
            Entry("teams", _("Teams"), "layers", also="departments groups բաժին განყოფილება отделы группы"),
            Entry(
                "settings_sign_in",
                _("Sign-in"),
                "shield",
                "company.settings",
                also="sso saml oidc password login գաղտնաբառ პაროლი вход пароль безопасность",
            ),
        ),
    ),
    (
        _("Channels"),
        (
            Entry(
                "settings_inboxes",
                _("Inboxes"),
                "inbox",
                "inbox.settings",
                also="email chat telegram imap smtp signature փոստ չատ ստորագրություն ფოსტა ჩათი почта чат подпись",
            ),
            Entry("settings_blocked", _("Blocked senders"), "block", "sender.block", also="spam սպամ სპამი спам"),
            Entry(
                "settings_quarantine",
                _("Quarantine"),
                "alert",
                "quarantine.read",
                also="broken mail չկարդացված ვერ წაკითხული непрочитанные письма",
            ),
        ),
    ),
    (
        _("Work"),
        (
            Entry(
                "settings_routing",
                _("Routing"),
                "split",
                "routing.settings",
                also="assignment skills հանձնարարում հմտություններ განაწილება უნარები распределение назначение навыки",
            ),
            Entry("settings_sla", _("Deadlines"), "flag", "sla.settings", also="sla ժամկետ ვადა срок"),
            Entry(
                "settings_rules",
                _("Rules"),
                "robot",
                "rule.settings",
                also="automation triggers ավտոմատացում ავტომატიზაცია автоматизация триггеры",
            ),
            Entry(
                "settings_macros",
                _("Macros"),
                "bolt",
                "macro.own",
                also="templates canned replies ձևանմուշ შაბლონი шаблоны ответов",
            ),
            Entry("settings_tags", _("Tags"), "tag", "tag.create", also="labels պիտակ ჭდე ярлыки метки"),
            Entry(
                "settings_services",
                _("Services"),
                "board",
                "service.settings",
                also="jobs stages steps orders հայտեր փուլեր განაცხადები ეტაპები заявки этапы",
            ),
            Entry(
                "settings_evening",
                _("Evening reading"),
                "chart",
                "insights.settings",
                also="report digest հաշվետվություն ანგარიში отчёт сводка",
            ),
        ),
    ),
    (
        _("Knowledge and assistant"),
        (
            Entry(
                "settings_centres",
                _("Help centre"),
                "book",
                "knowledge.publish",
                also="articles faq հոդված სტატია статьи справка",
            ),
            Entry("settings_assistant", _("Assistant"), "chat", "inbox.settings", also="bot ai բոտ ბოტი бот ИИ"),
            Entry(
                "settings_assistant_review",
                _("Assistant's answers"),
                "checks",
                "assistant.review",
                also="bot review բոտ ბოტი бот проверка",
            ),
            Entry("settings_language_model", _("Language model"), "edit", "company.settings", also="ai llm gpt ИИ"),
        ),
    ),
    (
        _("Customers and privacy"),
        (
            Entry(
                "settings_attributes",
                _("Customer fields"),
                "list",
                "attribute.settings",
                also="attributes properties հատկություն ატრიბუტი атрибуты свойства",
            ),
            Entry(
                "settings_purposes",
                _("Consent"),
                "circle-check",
                "privacy.settings",
                also="gdpr privacy գաղտնիություն კონფიდენციალურობა конфиденциальность",
            ),
            Entry(
                "settings_retention",
                _("Retention"),
                "calendar",
                "privacy.settings",
                also="gdpr delete storage պահպանում შენახვა хранение удаление",
            ),
            Entry(
                "settings_erasures",
                _("Erasures"),
                "user-off",
                "privacy.erase",
                also="gdpr forget delete ջնջել წაშლა удаление",
            ),
        ),
    ),
    (
        _("Data and integrations"),
        (
            Entry(
                "settings_webhooks",
                _("Webhooks"),
                "plug",
                "webhook.settings",
                also="api integration ինտեգրում ინტეგრაცია интеграции",
            ),
            Entry(
                "settings_import",
                _("Import"),
                "upload",
                "data.import",
                also="csv zendesk migrate տեղափոխել გადმოტანა перенос",
            ),
            Entry(
                "settings_export",
                _("Export"),
                "download",
                "data.export",
                also="csv backup պահուստ სარეზერვო выгрузка копия",
            ),
            Entry(
                "settings_tasks",
                _("Failed tasks"),
                "refresh",
                "task.replay",
                also="queue errors հերթ სია შეცდომა очередь ошибки",
            ),
            Entry(
                "settings_audit",
                _("Audit trail"),
                "history",
                "audit.read",
                also="log history մատյան ჟურნალი журнал история",
            ),
        ),
    ),
)


def groups(agent: Agent, current: str) -> list[tuple[str | Promise, list[Link]]]:
    """What this agent may open; a page that isn't there yet is left out."""
    shown = []
    for title, entries in GROUPS:
        links = [link for entry in entries if (link := _link(agent, entry, current)) is not None]
        if links:
            shown.append((title, links))
    return shown


def _link(agent: Agent, entry: Entry, current: str) -> Link | None:
    if entry.permission and not allowed(agent, entry.permission):
        return None
    try:
        href = reverse(f"desk:{entry.name}")
    except NoReverseMatch:
        return None
    return Link(entry.label, entry.icon, href, entry.name == current, _other_names(entry))


@lru_cache(maxsize=128)
def _other_names(entry: Entry) -> str:
    """Its name in all our languages and what else it is called, in Latin letters too."""
    said = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            said.append(str(entry.label))
    words = " ".join([*said, entry.also])
    return f"{words} {in_latin(words)}"
