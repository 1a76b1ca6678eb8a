"""Small files in the shapes that other desks publish, written by hand, and two tables."""

import json
from typing import Any

CUSTOMERS = """\
Имя;E-mail;Телефон;Компания;Метки;id
Անի Պետրոսյան;Ani@Mail.am;091 12 34 56;Ararat Clinic;vip, hy;7
Гиоргий;giorgi@mail.ge;;Ararat Clinic;;8
;nobody at all;;;;9
"""

CONVERSATIONS = """\
conversation id,subject,customer email,name,date,direction,text,status,tags
12,Modem,ani@mail.am,Ani,2026-01-31T09:30:00Z,in,The modem blinks red.,open,fibre
12,,ani@mail.am,Ani,2026-01-31 10:00,out,We look.,open,
13,Bill,giorgi@mail.ge,Giorgi,31.01.2026 12:00,in,"Where is
my bill?",closed,
12,,ani@mail.am,Ani,2026-01-31T11:00:00Z,in,Thank you,open,
"""

ZENDESK_TICKETS: list[dict[str, Any]] = [
    {
        "url": "https://x.zendesk.com/api/v2/tickets/35.json",
        "id": 35,
        "created_at": "2026-01-10T08:00:00Z",
        "updated_at": "2026-01-12T08:00:00Z",
        "subject": "Printer",
        "description": "It smokes.",
        "status": "solved",
        "priority": "high",
        "requester": {"id": 9, "name": "Nino", "email": "nino@mail.ge"},
        "assignee": {"id": 1, "name": "Tamar", "email": "tamar@desk.example"},
        "tags": ["hardware"],
        "comments": [
            {
                "id": 1,
                "author_id": 9,
                "body": "It smokes.",
                "html_body": "<p>It <b>smokes</b>.<script>x</script></p>",
                "public": True,
                "created_at": "2026-01-10T08:00:00Z",
                "attachments": [{"file_name": "smoke.jpg"}],
            },
            {"id": 2, "author_id": 1, "body": "Check the cable", "public": False, "created_at": "2026-01-10T09:00:00Z"},
            {
                "id": 3,
                "author_id": 1,
                "body": "Unplug it, please.",
                "public": True,
                "created_at": "2026-01-10T10:00:00Z",
            },
        ],
    },
    {
        "url": "https://x.zendesk.com/api/v2/tickets/36.json",
        "id": 36,
        "created_at": "2026-01-11T08:00:00Z",
        "subject": "Again",
        "description": "It smokes again.",
        "status": "open",
        "requester": {"id": 9, "name": "Nino", "email": "nino@mail.ge"},
        "comments": [],
    },
]
ZENDESK_LINES = "".join(json.dumps(ticket) + "\n" for ticket in ZENDESK_TICKETS)
ZENDESK_BOX = json.dumps(
    {
        "tickets": [
            {
                **ZENDESK_TICKETS[0],
                "requester": None,
                "requester_id": 9,
                "assignee": None,
                "assignee_id": 1,
                "comments": None,
            }
        ],
        "comments": [{**comment, "ticket_id": 35} for comment in ZENDESK_TICKETS[0]["comments"]],
        "users": [
            {
                "id": 9,
                "name": "Nino",
                "email": "nino@mail.ge",
                "role": "end-user",
                "organization_id": 4,
                "locale": "ka",
            },
            {"id": 1, "name": "Tamar", "email": "tamar@desk.example", "role": "agent"},
        ],
        "organizations": [{"id": 4, "name": "Tbilisi Print", "domain_names": ["print.ge"]}],
        "count": 1,
    }
)

FRESHDESK_XML = """\
<?xml version="1.0" encoding="UTF-8"?>
<helpdesk-tickets type="array">
  <helpdesk-ticket>
    <created-at type="datetime">2026-01-10T08:00:00+04:00</created-at>
    <display-id type="integer">5</display-id>
    <id type="integer">900</id>
    <priority type="integer">4</priority>
    <requester-id type="integer">9</requester-id>
    <requester-name>Nino</requester-name>
    <status type="integer">3</status>
    <subject>Printer &amp; cable</subject>
    <description>It smokes.</description>
    <description-html>&lt;div&gt;It smokes.&lt;/div&gt;</description-html>
    <helpdesk-notes type="array">
      <helpdesk-note>
        <body>Unplug it.</body><body-html>&lt;div&gt;Unplug it.&lt;/div&gt;</body-html>
        <created-at type="datetime">2026-01-10T09:00:00+04:00</created-at>
        <id type="integer">77</id><incoming type="boolean">false</incoming><private type="boolean">false</private>
        <user-id type="integer">1</user-id>
      </helpdesk-note>
      <helpdesk-note>
        <body>Done</body><created-at type="datetime">2026-01-10T10:00:00+04:00</created-at>
        <id type="integer">78</id><incoming type="boolean">true</incoming><private type="boolean">false</private>
      </helpdesk-note>
    </helpdesk-notes>
    <attachments type="array"/>
  </helpdesk-ticket>
</helpdesk-tickets>
"""
FRESHDESK_USERS = """\
<?xml version="1.0" encoding="UTF-8"?>
<users type="array">
  <user><email>nino@mail.ge</email><id type="integer">9</id>
    <name>Nino</name><helpdesk-agent type="boolean">false</helpdesk-agent></user>
  <user><email>tamar@desk.example</email><id type="integer">1</id>
    <name>Tamar</name><helpdesk-agent type="boolean">true</helpdesk-agent></user>
</users>
"""
FRESHDESK_JSON = json.dumps(
    [
        {
            "helpdesk_ticket": {
                "display_id": 5,
                "subject": "Printer & cable",
                "description": "It smokes.",
                "status": 3,
                "priority": 4,
                "created_at": "2026-01-10T08:00:00+04:00",
                "requester_id": 9,
                "requester_name": "Nino",
                "notes": [
                    {
                        "id": 77,
                        "body": "Unplug it.",
                        "incoming": False,
                        "private": False,
                        "user_id": 1,
                        "created_at": "2026-01-10T09:00:00+04:00",
                    },
                    {
                        "id": 78,
                        "body": "Done",
                        "incoming": True,
                        "private": False,
                        "created_at": "2026-01-10T10:00:00+04:00",
                    },
                ],
            }
        }
    ]
)

CHATWOOT_CONVERSATION: dict[str, Any] = {
    "meta": {
        "sender": {"id": 9, "name": "Nino", "email": "nino@mail.ge", "phone_number": "+995599123456"},
        "assignee": {"id": 1, "name": "Tamar", "email": "tamar@desk.example"},
        "channel": "Channel::WebWidget",
    },
    "id": 21,
    "inbox_id": 1,
    "status": "open",
    "priority": "urgent",
    "labels": ["printer"],
    "created_at": 1768032000,
    "messages": [
        {
            "id": 1,
            "content": "It smokes.",
            "message_type": 0,
            "created_at": 1768032000,
            "private": False,
            "conversation_id": 21,
        },
        {"id": 2, "content": "Tamar joined", "message_type": 2, "created_at": 1768032100, "conversation_id": 21},
        {
            "id": 3,
            "content": "A cable?",
            "message_type": 1,
            "private": True,
            "created_at": 1768032200,
            "sender": {"name": "Tamar", "email": "tamar@desk.example"},
        },
        {
            "id": 4,
            "content": None,
            "message_type": 0,
            "created_at": 1768032300,
            "attachments": [{"file_type": "image"}],
        },
    ],
}
CHATWOOT = json.dumps({"data": {"meta": {"all_count": 1}, "payload": [CHATWOOT_CONVERSATION]}})
CHATWOOT_CONTACTS = json.dumps(
    {"meta": {"count": 1, "current_page": 1}, "payload": [{"id": 9, "name": "Nino", "email": "nino@mail.ge"}]}
)
