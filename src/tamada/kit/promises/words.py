"""How a promise sounds in Armenian, Georgian, Russian and English: expressions over folded text (`kit.text.fold`)."""

import re
from typing import NamedTuple


class Words(NamedTuple):
    """One language."""

    letters: re.Pattern[str]
    promises: re.Pattern[str]
    takes_back: re.Pattern[str]
    """A condition, a habit, a formula, a doubt: what makes a promise none."""
    asks_whether: re.Pattern[str]
    """What looks like a condition and is a question to be answered: "I'll check if it has arrived"."""


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


def _words(letters: str, promises: str, takes_back: str, asks_whether: str = r"(?!)") -> Words:
    one = re.compile
    return Words(one(letters), one(promises, re.VERBOSE), one(takes_back, re.VERBOSE), one(asks_whether))


# -- English: "will" of ours with nearly any verb -----------------------------------------------------------------

_EN_STAFF = _any(
    """engineers? technicians? colleagues? specialists? experts? couriers? drivers? managers? accountants? accounting
    lawyers? doctors? operators? masters? plumbers? electricians? installers? repairm[ae]n team department staff crew
    supervisor director support someone somebody developers? programmers? consultants? assistants? representatives?"""
)
_EN_NO_VERB = _any(
    """not never no be need require see wait hope love like appreciate gladly happily always only understand remember
    believe think assume leave\\s(?:the\\schoice|it\\sto\\syou) miss consider try ask\\syou help charge\\snothing
    have\\s(?:to|time|no|any) ensure guide assist strive do\\s(?:my|our)\\s work make\\severy\\seffort get\\syou
    endeavou?r aim support offer continue walk\\syou appear become
    provide\\syou\\swith\\s(?:the\\snecessary|all|any|assistance|guidance) provide\\sassistance"""
)
_EN_BE = (
    r"be\ (?:in\ touch|back|there|here|with\ you|at\ (?:your|the)|on\ site|over|able\ to\ (?:send|call)"
    r"|\w{2,20}ing\ )"
)
_EN_VERB = rf"(?:(?:\w{{2,16}}ly|also|then|now|just|first|certainly)\ )?(?:{_EN_BE}|(?!{_EN_NO_VERB}\b)[a-z]{{2,}}\b)"
_EN_SERVES = _any(
    "call ring phone contact visit write reply email e-mail send deliver refund repay come reach text get answer"
)

_EN_STATE = _any(
    """having being waiting hoping looking working closing opening running thinking trying aiming expecting
    experiencing seeing getting writing asking reaching contacting calling emailing going moving celebrating"""
)
_EN_SOON = _any(
    """tonight today tomorrow first\\sthing in\\sa\\s(?:sec|second|minute|moment|bit) right\\s(?:away|after|now)
    straight\\saway (?:mon|tues|wednes|thurs|fri|satur|sun)day"""
)

_EN = _words(
    r"[A-Za-z]",
    rf"""
    \b(?:i|we)(?:'ll|\ will|\ shall|\ am\ going\ to|\ are\ going\ to|'m\ going\ to|'re\ going\ to)\ {_EN_VERB}
    |\b{_EN_STAFF}(?:,?\ [\w'-]{{1,20}}){{0,4}}?,?(?:\ will|'ll|\ shall|\ is\ going\ to|\ are\ going\ to)\ {_EN_VERB}
    |(?:^|,\ )will\ (?!do\b|you\b|it\b|th|he\b|she\b){_EN_VERB}
    |\b(?:i|we)(?:'ll|\ will)\ try\b[^.!?]{{0,60}}?\band\ (?:let\ you\ know|call|write|reply|get\ back|come\ back)\b
    |\bexpect\ (?:an?\ |my\ |our\ |the\ )?(?:call|reply|answer|e-?mail|refund|parcel|engineer|technician)\b
    |\b(?:i|we)\b[^.!?]{{0,90}}?\band\ (?:will|shall)\ {_EN_VERB}
    |\b(?:they|he|she)(?:'ll|\ will|\ are\ going\ to|\ is\ going\ to)\ (?:\w{{2,16}}ly\ )?{_EN_SERVES}\b
    |\blet\ me\ (?:just\ |quickly\ )?(?:check|find\ out|ask|look|see\ what|verify|confirm|clarify|speak|talk
        |double-check)\b
    |\byou(?:'ll|\ will)\ (?:have|get|receive|hear)\ (?:from\ (?:me|us)\b|back\ from\ |(?:my|our|an?|the
        |your)\ (?:final\ |full\ )?
            (?:answer|reply|response|refund|money|update|decision|report|new\ invoice|invoice)\b)
    |\byour\ (?:\w{{2,20}}\ )?(?:money|payment|refund|order|parcel|invoice|request|amount|account|device
        |service|complaint|claim|application|case)\ (?:will|shall)\ be
        \ (?:refunded|returned|credited|repaid|sent|delivered|shipped|fixed|corrected|restored|replaced|reviewed
        |checked|issued|posted|investigated|examined)\b
    |\b(?:money|refund|order|parcel|invoice|contract|device|card|modem|copy|replacement|documents?
        |bill)\ will\ be\ \w{{4,12}}\ to\ you\b
    |\b(?!you\b|it\b|this\b|that\b|they\b|which\b|who\b|system\b|bank\b|shop\b)
        \w{{2,20}}\ will\ (?:call|ring|phone|contact|e-?mail|visit)\ you\b
    |\bwill\ be\ with\ you\ (?:on|by|in|within|before|tomorrow|today)\b
    |\bwill\ be\ (?:back\ on\ your\ (?:card|account)|back\ by\b|restored\ (?:by|before|within|today|tomorrow)\b)
    |\b(?:i|we)\ (?:promise|guarantee|undertake\ to)\b|\byou\ have\ (?:my|our)\ word\b
    |\bwill\ be\ at\ (?:yours|your\ (?:place|home|house|flat|door|office))\b
    |\b(?:i'm|we're|i\ am|we\ are)\ (?:just\ |now\ )?(?!{_EN_STATE}\b)\w{{2,16}}ing\b[^.!?;]{{0,60}}?\b{_EN_SOON}\b
    """,
    r"""
    \bif\b|\bunless\b|\bonce\ (?:you|(?:i|we)(?:'ve|\ have)?\ (?:have|received?|get|got)\b|confirmed|received|paid)
    |\bwith\ (?:this|these|that)\ (?:information|details|data)|\bplease\b[^.!?]{0,200}?\b(?:and|so|then)\ (?:i|we
        |our)\b
    |^(?:send|provide|share|submit|give(?!\ me\ \w+\ (?:sec|min|moment|hour|day))|tell|let|reply|write
        |fill)\b[^.!?]{0,200}?\b(?:and|so|then)\ (?:(?:i|we|our)\b)
    |\bas\ soon\ as\ (?:you|we\ (?:receive|get|have)\ (?:your|the\ payment))
    |\bwhen(?:ever)?\ you|\bafter\ you|\buntil\ you|\bprovided\b|\bin\ case\b|\bin\ that\ case\b|\bupon\ (?:receipt
        |payment)\b
    |^should\b|\bshould\ (?:you|the\ problem|it|this|anything)\b|\botherwise\b|\bas\ long\ as\b
    |\busually\b|\balways\b|\bnormally\b|\btypically\b|\bgenerally\b|\bas\ a\ rule\b|\bmaybe\b|\bperhaps\b
        |\bprobably\b
    |\byou\ (?:told|said|wrote|were\ told)\ (?:me\ |us\ )?(?:that\ )?(?:the|our|your|an?|i|we)\b
    |\bhope\ [^,.;!?]{0,60}\bwill\b|\b(?:not\ sure|no\ idea|don't\ know)\ (?:when|if|whether)\b
    |\bwe'll\ see\b|\bby\ default\b|\bautomatically\b|\bevery\ (?:month|week|day|year|time)\b
    """,
    r"\b(?:check|see|ask|confirm|verify|find out|clarify|look)(?: [\w'-]{1,20}){0,4} (?:if|whether)\b",
)

# -- Russian: perfective verbs in the first person, and the third of our people --------------------------------------
# A stem, or two: that of "I" (отправлю) and that of all others (отправим, отправит).

_RU_VERBS = """
    перезвон позвон созвон набер отправл/отправ вышл пришл перешл дошл подошл провер перепровер уточн узна выясн
    разбер
    приед подъед заед зайд прид подойд верн возвращ/возврат исправл/исправ поправл/поправ устран почин отремонтиру
    сообщ
    напиш отпиш свяж спрош/спрос замен поменя подготовл/подготов отвеч/ответ оформл/оформ отмен сдела законч заверш
    подтвержд/подтверд подтверж/подтверд доставл/достав привез завез рассмотр пересчита перерасчита начисл зачисл
    компенсиру возмещ/возмест обновл/обнов восстановл/восстанов подключ настро откро закро удал добавл/добав внес скин
    уведомл/уведом оповещ/оповест запрош/запрос поинтересу обсуж/обсуд согласу договор организу назнач запиш заброниру
    зарезервиру отлож провед выпиш выставл/выстав изуч займ выполн перевед перечисл переоформл/переоформ
    установл/установ ускор проинформиру проконсультиру закаж реш/реш эскалиру активиру заблокиру разблокиру
    сброш/сброс продл направл/направ предоставл/предостав подбер сформиру распеча поговор переговор проконтролиру
    прослеж/прослед
    расшир увелич уменьш сниж/сниз перенес перезагруж/перезагруз привяж отвяж погаш/погас спиш завед измен исключ
    включ выключ
    оплач/оплат предлож оцен подпиш отсканиру скопиру дополн разошл повтор запущ/запуст протестиру
    доработа переработа отслеж/отслед попрош/попрос достан найд разыщ свер сопоставл/сопостав перенастро переустановл
    занес предупрежд/предупред поставл/постав подвез довез отвез приготовл/приготов загляну/заглян подним отработа
    укаж
    впиш отмеч/отмет распоряж/распоряд урегулиру улаж/улад отреагиру проясн донес собер упаку отгруж/отгруз выдел
    перезапущ/перезапуст обеспеч прикрепл/прикреп прилож начн приступл/приступ додела введ вызов прозвон
    маякн переоцен заплач/заплат осмотр измер протян заготовл/заготов перерассчита рассчита посчита
    """


def _russian() -> tuple[str, str, str]:
    """The forms of "I" and "we", those of "he" and "they", those of "they" alone."""
    pairs = [(*verb.split("/"), verb)[:2] for verb in _RU_VERBS.split()]
    mine = "|".join(sorted({first for first, _ in pairs}))
    others = "|".join(sorted({other for _, other in pairs}))
    given = r"(?:пере|со|по|за|вы)?да(?:м|дим)|посмотрю|гляну|скажу\ вам|расскажу"
    first = rf"(?:(?:{mine})[юу](?:сь)?|(?:{others})[еи]м(?:ся)?|{given})"
    third = rf"(?:(?:{others})[еи]т(?:ся)?|(?:пере|со)?даст)"
    they = rf"(?:(?:{others})[уюая]т(?:ся)?|(?:пере|со)?дадут)"
    return first, rf"(?:{third}|{they})", they


_RU_FIRST, _RU_THIRD, _RU_THEY = _russian()
_RU_STAFF = _any(
    """инженер\\w{0,2} мастер\\w{0,2} техник\\w{0,2} специалист\\w{0,2} курьер\\w{0,2} коллег[аи]
    сотрудни[кц]\\w{0,2} менеджер\\w{0,2}
    бухгалтер\\w{0,3} оператор\\w{0,2} юрист\\w{0,2} врач\\w{0,2} бригада монтажник\\w{0,2} служба отдел поддержка
    руковод\\w{0,6} администратор\\w{0,2}
    водител[ья] консультант\\w{0,2} представител[ья] команда разработчик\\w{0,2} ремонтник\\w{0,2} эксперт\\w{0,2}
    кто-то"""
)

_RU = _words(
    r"[А-Яа-яЁё]",
    rf"""
    \b(?<!не\ )(?<!нельзя\ ){_RU_FIRST}\b
    |\b{_RU_STAFF}\b[^.!?]{{0,80}}?\b(?<!не\ ){_RU_THIRD}\b
    |\b(?<!не\ ){_RU_THIRD}\b[^.!?,]{{0,30}}?\ (?:к\ вам\ )?наш[аи]?\ {_RU_STAFF}
    |\b(?:будет|будут)\ у\ вас\ (?:в|во|до|к|завтра|сегодня|через)\b
    |\b(?:пере|по)звонит\ вам\b|\bвам\ (?:пере|по)звонит\b|\b(?:свяжется\ с|приедет\ к|напишет|ответит)\ вам
    |\b(?:ожидайте|ждите)\ (?:нашего\ |моего\ )?(?:звонка|ответа|письма|мастера|инженера|курьера|возврата)
    |\b(?:вам|вас|вами)\b[^.!?,]{{0,40}}?\b(?<!не\ ){_RU_THEY}\b
    |\b(?<!не\ ){_RU_THEY}\ (?:вам|вас|с\ вами)\b
    |\bпоступ[ия]т\ на\ ваш[уи]?\b
    |\bвернутся\ на\ (?:вашу\ )?(?:карту|счет)|\bвернется\ на\ (?:вашу?\ )?(?:карту|счет)
    |\b{_RU_STAFF}\b[^.!?]{{0,60}}\b(?:будет|будут)\ (?:у\ вас|на\ месте)
    |\b(?:связь|интернет|услуг[аи])\b[^.!?]{{0,40}}\bвосстанов(?:ят|ится|им)\ (?:до|к|сегодня|завтра)\b
    |\b(?:буду|будем)\ (?:держать|у\ вас|на\ связи|на\ месте|к\ вам|проверять|разбираться|решать)
    |\bобеща(?:ю|ем)\b|\bгарантиру(?:ю|ем)\b|\bобязу(?:юсь|емся)\b
    |\bс\ (?:меня|нас)\ (?:звонок|письмо|ответ|отчет)\b|\bполучите\ от\ (?:меня|нас)\b|\bот\ (?:меня|нас)\ получите\b
    |\b(?<!не\ ){_RU_THIRD}\ к\ вам\b
    |\b(?:деньги|средства|сумма|оплата|платеж|заказ|посылка|счет)\b[^.!?]{{0,60}}\b(?:будет|будут)
        \ (?:возвращ|отправл|доставл|зачисл|исправл|замен)\w{{1,6}}
    """,
    r"""
    \bесли\b|\bкак\ только\b[^.!?]{0,20}\b(?:вы|\w{2,20}те)\b|\bкогда\b[^.!?]{0,20}\b(?:вы|\w{2,20}те)\b
        |\bпосле\ того,?\ как\ вы\b
    |\bпосле\ (?:вашего|вашей|оплаты|подтверждения|получения|поступления|предоплаты)\b|\bв\ случае\b
        |\bв\ таком\ случае\b
    |\bпри\ (?:необходимости|желании|повторн|условии|наличии|получении|оплате)|\bбы\b|\bрад[аы]?\b
        |\bс\ (?:удовольствием|радостью)\b
    |\bобычно\b|\bвсегда\b|\bкак\ правило\b|\bвозможно\b|\bможет\ быть\b|\bнаверное\b|\bвряд\ ли\b|\bтогда\b
        |\bиначе\b|\bавтоматически\b
    |\b(?!извин|прост|здравст|подожд|ожида|жд|смотр|пойм|не\b|волну|беспоко)\w{2,20}(?:ите|йте
        |ьте)\b[^.!?]{0,80}?\bи\b
    |\bнаде(?:юсь|емся)\b(?!\ на\b)|\bне\ (?:знаю|знаем|уверен)\w{0,2}\b(?![^.!?]{0,80}\bно\b)
    |\bкажд(?:ый|ую|ое)\b|\b(?:написал|сказал|сообщил|ответил)[аи]?(?:\ (?:нам|мне))?,\ что\b
    """,
    r"\bдаже если\b",
)

# -- Armenian: կ- before a verb of ours; of others only verbs that serve ------------------------------------------

_HY_NO_VERB = _any(
    """արող ատար(?!ել) ազմ ապեմ ապեն ապվ արգ արդ րկն իսվ տրեմ տրենք անչ անգն արծ արել ախված արիք ենա յանք
    լինե կարողան ցանկան ուզե սպասե խնդրե տեսնե առաջարկե փորձե օգնե ունենա հասկանա մտածե ջանա նախընտրե գնահատե հիշե
    տեսնվ
    իլոգր"""
)
_HY_SERVES = _any(
    """զանգ զանգահար վերազանգ գ կապվ ուղարկ այցել վերականգն պատասխան ստուգ ուղղ փոխարին հասցն առաք բեր վերահաշվարկ գր
    տեղեկացն հայտն հաղորդ ներկայան մոտեն զբաղվ լուծ վերանորոգ նորոգ միացն տեղադր պարզ ճշտ հաստատ վերադարձն կատար
    պատրաստ փոխ փոխանց կարգավոր մեկն քնն տ ասի ավարտ բացատր հանձն վերագործարկ տեղափոխ նայ տրամադր չափ ավելացն կազմ
    ձեվակերպ"""
)
_HY_STAFF = _any(
    """ինժեներ վարպետ տեխնիկ մասնագետ առաքիչ սուրհանդակ գործընկեր աշխատակ մենեջեր հաշվապահ օպերատոր իրավաբան բժիշկ
    ղեկավար ադմինիստրատոր բաժին թիմ ծառայություն մոնտաժող վարորդ ներկայացուցիչ խորհրդատու ծրագրավորող պատասխանատու"""
)
_HY_THIRD = rf"կ{_HY_SERVES}(?:ի|են|ա|ան)\b"

_HY = _words(
    r"[Ա-Ֆա-և]",
    rf"""
    \bկ(?!{_HY_NO_VERB})\w{{2,24}}(?:եմ|ենք|ամ|անք)\b
    |\bկ(?:գամ|գանք|տամ|տանք)\b
    |\b\w{{3,24}}(?:ելու|ալու)\ (?:եմ|ենք)\b
    |\b{_HY_STAFF}\w{{0,8}}\b[^.!?։]{{0,80}}?\b{_HY_THIRD}
    |\bձեզ\b[^.!?։,]{{0,40}}?\bկ{_HY_SERVES}(?:են|ան)\b
    |\bկ{_HY_SERVES}(?:են|ան)\ ձեզ\b
    |\bկլինե(?:մ|նք)\ (?:ձեր|ձեզ|այնտեղ|տեղում|կապի)|\b(?:ձեր|ձեզ|տեղում)\b[^.!?։]{{0,40}}\bկլինե(?:մ|նք)\b
    |\b{_HY_STAFF}\w{{0,8}}\b[^.!?։]{{0,60}}\bկլին(?:ի|են)\ (?:ձեզ\ մոտ|տեղում|ձեր)
    |\b{_HY_STAFF}\w{{0,8}}\b[^.!?։]{{0,60}}\b(?:ձեզ\ մոտ|տեղում|ձեր\ \w{{2,20}})\b[^.!?։]{{0,30}}\bկլին(?:ի|են)\b
    |\bկապը\ կվերականգնվի\ (?:մինչեվ|վաղը|այսօր)\b
    |\bկխնդրե(?:մ|նք)\ (?:մեր\ |իմ\ )?{_HY_STAFF}|\bկլին(?:ի|են)\ ձեզ\ մոտ\b
    |\bգումար\w{{0,4}}\b[^.!?։]{{0,40}}\bկլինի\ ձեր\ (?:հաշվ|քարտ)
    |\bկ(?:կապվ|այցել)(?:ի|են)\ ձեզ\b|\bձեզ\ հետ\ կկապվ(?:ի|են)\b|\bկզանգ(?:ահար)?ի\ ձեզ\b
    |\b\w{{3,20}}ած\ կլինե(?:մ|նք)\b
    |\bկստանաք\ (?:մեզ|ինձ)(?:ա)?նից\b|\b(?:մեզ|ինձ)(?:ա)?նից\ կստանաք\b|\bկ(?:ունենաք|ստանաք)\ (?:իմ|մեր)\ պատասխան
    |\b(?:դիմում|բողոք|հայտ)\w{{0,6}}\b[^.!?։]{{0,40}}?\bկ(?:ուսումնասիրվի|քննվի|դիտարկվի)\b
    |\bխոստանում\ (?:եմ|ենք)\b|\bպարտավորվում\ (?:եմ|ենք)\b|\bերաշխավորում\ (?:եմ|ենք)\b
    |\b(?:գումար|դրամ|պատվեր|ծանրոց|հաշիվ|վճար)\w{{0,6}}\b[^.!?։]{{0,60}}?\bկ(?:վերադարձվի|վերադառնա|ուղարկվի
        |առաքվի|ուղղվի|հասցվի)\b
    """,
    r"""
    \bեթե\b|(?<!ամեն\ )(?<!բոլոր\ )(?<!ցանկացած\ )\bդեպքում\b|\bհենց\ (?:որ\ |)[^.!?։]{0,40}\w(?:եք|աք)\b
        |\bերբ\b[^.!?։]{0,40}\w(?:եք|աք)\b
    |\b(?:սիրով|ուրախությամբ|հաճույքով|ուրախ)\b|\b(?:սովորաբար|միշտ|որպես\ կանոն|գուցե|միգուցե|հավանաբար|երեվի
        |ինքնաշխատ|ավտոմատ)\b
    |\b(?:վճարում|վճարել|հաստատում|հաստատել|ստանալ|ուղարկել|վճարման|ստացման)\w{0,6}\ (?:հետո|անց)\b|\bպայմանով\b
        |\bհակառակ\b
    |\b(?!կ|ներ|սպաս|մտահոգ|անհանգ|ունե|գիտ)\w{3,20}(?:եք)\b[^.!?։]{0,80}?\b(?:եվ|ու)\b
    |\b(?:հույս\ ունե|հուսով\ ե|չգիտե)(?:մ|նք)\b
    |\b(?:ամեն|յուրաքանչյուր)\ (?:ամիս|օր|շաբաթ|տարի)\b
    """,
)

# -- Georgian: a preverb, then ვ (I, we) or გ (to you), then an ending of the future ------------------------------

_KA_PREVERB = "(?:გადმო|გადა|გამო|შემო|ჩამო|წამო|მო|მი|და|გა|გან|შე|ჩა|აღ|წა|ა)"
_KA_FUTURE = "(?:ებ|ავ|ამ|ევ|ემ|ენ|ნი|ლი|ერ|ან|ვდი|დები|რები|კები|ვები|ღები|თები)"
_KA_NO_VERB = _any(
    """დაგეხმარ დავეხმარ მოგესალმ შემოგთავაზ შეგახსენ მოგახსენ დაგელოდ დაველოდ შეგვიძლ შევძლ მოვითხოვ შევეცდ დაგიმადლ
    გავითვალისწინ გავაგრძელ მოგმართ მოგიწოდ დაგავალ გაგიხარ გაგიჩნდ დაგჭირდ მოგიწევ შევხვდ ავტორ მოგზაურ"""
)
_KA_STAFF = _any(
    """ინჟინ?ე?რ?ი?ერ ოსტატ ტექნიკოს სპეციალისტ ხელოსან ხელოსნ კურიერ კოლეგ თანამშრომ მენეჯერ ბუღალტ ოპერატორ
    იურისტ ექიმ ხელმძღვანელ
    ადმინისტრატორ განყოფილებ გუნდ სამსახურ მძღოლ წარმომადგენ კონსულტანტ პროგრამისტ"""
)
_KA_NOT = r"(?<!არ\ )(?<!ვერ\ )(?<!აღარ\ )(?<!ვეღარ\ )(?<!ნუ\ )"

_KA = _words(
    r"[Ⴀ-ჿᲐ-Ჿ]",
    rf"""
    \b{_KA_NOT}(?!{_KA_NO_VERB}){_KA_PREVERB}(?:ვ|გ(?!ვ))\w{{1,20}}{_KA_FUTURE}თ?\b
    |\b{_KA_NOT}(?:გიპასუხებ|გაცნობებ|გეტყვი|ვკითხავ|ვიკითხავ|ვნახავ|გესტუმრები|გაჩვენებ|მოვალ|მივალ|ჩამოვალ
        |შემოვივლი|დავრეკავ)თ?\b
    |\b{_KA_NOT}\w{{0,6}}(?:გიკავშირდებ|გესტუმრებ)(?:ა|ათ|იან)\b
    |\b{_KA_NOT}(?:\w{{0,6}}გირეკავ|მოგწერ|\w{{0,4}}გატყობინებ|გიპასუხებ|გაცნობებ|\w{{0,6}}გიბრუნებ)ენ\b
        |\b{_KA_NOT}\w{{2,6}}გიგზავნიან\b
    |\b{_KA_STAFF}\w{{0,8}}\b[^.!?]{{0,80}}?\b{_KA_NOT}(?:მოვა|მოვლენ|მივა|(?!ა[^ღ]){_KA_PREVERB}\w{{2,20}}(?:ებს|ავს|ამს
        |ევს|ენს|ანს|ნის|ლის|ებენ|ავენ|ენენ|ნიან))\b
    |\b{_KA_STAFF}\w{{0,8}}\b[^.!?]{{0,60}}\b(?:თქვენთან|ადგილზე)\b[^.!?]{{0,30}}\bიქნებ(?:ა|იან)\b
    |\b{_KA_NOT}(?:(?:გამო|გადმო)გეგზავნებათ|ჩაგერიცხებათ|აგინაზღაურდებათ|მოგეწოდებათ)\b
    |\bთქვენთან\ იქნებ(?:ა|იან)\b
    |\bვთხოვთ?\ (?:ჩვენს\ |ჩემს\ )?{_KA_STAFF}|\bთანხა\b[^.!?]{{0,40}}\bაისახება\ თქვენს\b
    |\bსიტყვას\ (?:გაძლევ|მოგცემ)თ?\b|\bმიიღებთ\ (?:ჩემ|ჩვენ)გან\b|\b(?:ჩემ|ჩვენ)გან\ მიიღებთ\b
    |\b{_KA_NOT}დაგიბრუნდებათ\b|\bგპირდები(?:თ)?\b
    |\b(?:თქვენთან|თქვენს|ადგილზე|კავშირზე)\b[^.!?]{{0,30}}\bვიქნები(?:თ)?\b
    """,
    r"""
    \bთუ\b(?!\ (?:რა|როდის|რატომ|სად|ვინ|როგორ|რომელ|რამდენ))|\bროგორც\ კი\b(?![^.!?]{0,30}\b(?:გავ|შევ|მივ|დავ))
        |\bროცა\b|\bროდესაც\b
    |(?<!ნებისმიერ\ )(?<!ყველა\ )(?<!ყოველ\ )\bშემთხვევაში\b|\bსიამოვნებით\b|\bმოხარულ|\bსიხარულით\b
    |\bროგორც\ წესი\b|\bყოველთვის\b|\bჩვეულებრივ\b|\bხოლმე\b|\bშესაძლოა\b|\bალბათ\b|\bიქნებ\b|\bავტომატურად\b
    |\bსისტემა\b|\bიმედია\b|\bიმედი\ მაქვს\b|\bიმედი\ გვაქვს\b|\bარ\ ვიცი
    |\b\w{0,8}გვ\w{2,20}ეთ\b[^.!?]{0,80}?\bდა\b
    |\bგა(?:ცნობებ|ტყობინებ)თ,?\ რომ\b
    |\b(?:გადახდის|დადასტურების|მიღების|ჩარიცხვის)\ შემდეგ\b|\bყოველ\ (?:თვე|დღე|კვირა|წელ)
    """,
    r"\bთუ არა\b",
)

LANGUAGES: dict[str, Words] = {"hy": _HY, "ka": _KA, "ru": _RU, "en": _EN}
