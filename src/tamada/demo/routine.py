"""What the demo company keeps for every day: two macros in its languages, a rule, and two views."""

from typing import Final

from tamada.accounts.actors import actor_of
from tamada.accounts.models import Agent
from tamada.automation.actions import create_macro, create_rule, create_view
from tamada.automation.actions.macros import Wording
from tamada.automation.actions.rules import RuleTerms
from tamada.automation.actions.views import ViewTerms

_VISIT: Final = {
    "": "Hello {{customer.first_name|dear customer}},\n\nour technician comes to you in {{customer.city}} tomorrow "
    "between 10:00 and 13:00.\n\n{{agent.first_name}}, {{company.name}}",
    "hy": "Բարև Ձեզ, {{customer.first_name|հարգելի հաճախորդ}},\n\nմեր վարպետը Ձեզ մոտ կլինի վաղը՝ 10:00-ից 13:00, "
    "{{customer.city}} քաղաքում։\n\n{{agent.first_name}}, {{company.name}}",
    "ka": "გამარჯობა, {{customer.first_name|ძვირფასო კლიენტო}},\n\nჩვენი ოსტატი ხვალ, 10:00-დან 13:00-მდე მოვა. "
    "ქალაქი: {{customer.city}}.\n\n{{agent.first_name}}, {{company.name}}",
    "ru": "Здравствуйте, {{customer.first_name|уважаемый клиент}}!\n\nНаш мастер приедет завтра с 10:00 до 13:00. "
    "Город: {{customer.city}}.\n\n{{agent.first_name}}, {{company.name}}",
}
_PENDING: Final = {"do": "status", "value": "pending"}


def make_routine(admin: Agent) -> None:
    """Make them in the name of an admin."""
    actor = actor_of(admin)
    visit = Wording(name="Այց վաղը", bodies=_VISIT, steps=[_PENDING, {"do": "take", "value": "me"}])
    create_macro(agent=admin, actor=actor, wording=visit)
    solved = Wording(name="Լուծված է, փակել", steps=[{"do": "status", "value": "closed"}])
    create_macro(agent=admin, actor=actor, wording=solved)
    terms = RuleTerms(
        name="Ինտերնետ չկա՝ շտապ",
        trigger="started",
        match="any",
        conditions=[{"ask": "subject", "is": "contains", "value": word} for word in ("չի աշխատում", "не работает")],
        steps=[{"do": "priority", "value": "high"}],
    )
    create_rule(agent=admin, actor=actor, terms=terms)
    is_open = {"ask": "status", "is": "is", "value": "open"}
    waits = {"ask": "waited", "is": "over", "value": "4h"}
    pressing = [{"ask": "priority", "is": "is", "value": level} for level in ("high", "urgent")]
    for view in (
        ViewTerms(name="Սպասում են 4 ժամից ավելի", icon="clock", visibility="all", every=[is_open, waits]),
        ViewTerms(name="Շտապ", icon="bolt", visibility="all", every=[is_open], some=pressing),
    ):
        create_view(agent=admin, actor=actor, terms=view)
