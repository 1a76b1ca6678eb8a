"""What words of time mean in Armenian, Georgian, Russian and English.

A line gives the meanings (a letter of the patterns in `reading`, and a value) and the words that have them; a star
stands for any short ending.
"""

from typing import NamedTuple

from tamada.kit.text.normalise import fold

_TABLE = """
W0: mon monday mondays* понедельник* пн երկուշաբթ* ორშაბათ*
W1: tue tues tuesday* вторник* вт երեքշաբթ* სამშაბათ*
W2: wed wednesday* сред* ср չորեքշաբթ* ოთხშაბათ*
W3: thu thur thurs thursday* четверг* чт հինգշաբթ* ხუთშაბათ*
W4: fri friday* пятниц* пт ուրբաթ* პარასკევ*
W5: sat saturday* weekend* суббот* сб выходн* შაბათ*
W6: sun sunday* воскресен* вс կիրակի* կիրակ*
w5: շաբաթ
w6: კვირა კვირას
M1: jan january январ* հունվար* იანვარ* იანვრ*
M2: feb february феврал* փետրվար* თებერვ*
M3: mar march март* մարտ* მარტ*
M4: apr april апрел* ապրիլ* აპრილ*
M5: may май мая мае մայիս* მაის*
M6: jun june июн* հունիս* ივნის*
M7: jul july июл* հուլիս* ივლის*
M8: aug august август* օգոստոս* აგვისტ*
M9: sep sept september сентябр* սեպտեմբեր* სექტემბ*
M10: oct october октябр* հոկտեմբեր* ოქტომბ*
M11: nov november ноябр* նոյեմբեր* ნოემბ*
M12: dec december декабр* դեկտեմբեր* დეკემბ*
uminutes: min mins minute* мин минут* րոպե* წუთ*
hhours: h hr hrs hour* час* ժամ ժամից ժամվա საათ საათი საათში საათის
udays: day* день дней сутки суток օր օրից օրվա დღე დღეში დღის
Ydays: дня
uweeks: week* недел* շաբաթից շաբաթվա კვირაში კვირის
umonths: month* месяц* ամիս ամսից თვე თვეში თვის
D0: today сегодня այսօր* დღეს
D1: tomorrow tmr tmrw завтра* վաղ* ხვალ*
D2: overmorrow послезавтра* ზეგ*
D0 Pevening: tonight
Pmorning: morning* утр* առավոտ* დილ*
Pnoon: noon midday lunch* полдень полудня обед* կեսօր* შუადღ*
Pafternoon: afternoon днем ցերեկ* ნაშუადღევ*
Pevening: evening* вечер* երեկո* საღამო*
Pnight: night* ночь* ночи ночью գիշեր* ღამ*
Sam: am
Spm: pm
O: ordinal числа числу число რიცხვ* ամսաթվ*
I: in after later through через спустя после հետո
X: next следующ* будущ* հաջորդ մյուս եկող შემდეგ მომავალ* მომდევნო
Z: this эт* այս ამ
A: at by on the o clock from of to в во к ко на ժամը ժամին օրը საათზე საათს საათისთვის
F: a an and now и с ու և და არის
H: half пол половин* կես ნახევარ*
K: չէ
Q0.5 hhours: полчаса
Q1.5: полтора полторы մեկուկես
Q1.5 hhours: საათნახევარ*
N1: one один одну одна մեկ մեկին ერთ ერთი ერთზე პირველ*
N2: two couple два две двух երկու երկուս երկուսին ორ ორი ორზე
N3: three три трех երեք երեքին სამ სამი სამზე
N4: four четыре четырех չորս չորսին ოთხ ოთხი ოთხზე
N5: five пять пяти հինգ հինգին ხუთ ხუთი ხუთზე
N6: six шесть шести վեց վեցին ექვს ექვსი ექვსზე
N7: seven семь семи յոթ յոթին შვიდ შვიდი შვიდზე
N8: eight восемь восьми ութ ութին რვა რვაზე
N9: nine девять девяти ինը ինն իննին ცხრა ცხრაზე
N10: ten десять десяти տաս տասը տասին ათ ათი ათზე
N11: eleven одиннадцать տասնմեկ տասնմեկին თერთმეტ თერთმეტი თერთმეტზე
N12: twelve двенадцать տասներկու տասներկուսին თორმეტ თორმეტი თორმეტზე
N15: fifteen пятнадцать տասնհինգ თხუთმეტ თხუთმეტი
N20: twenty двадцать քսան ოც ოცი
N30: thirty тридцать երեսուն ოცდაათ ოცდაათი
"""


class Meaning(NamedTuple):
    """What a word means: a letter of the patterns, and its value."""

    kind: str
    value: str = ""


WORDS: dict[str, tuple[Meaning, ...]] = {}
STEMS: dict[str, tuple[Meaning, ...]] = {}

for _line in _TABLE.strip().splitlines():
    _meanings, _, _words = _line.partition(":")
    for _word in _words.split():
        _known = STEMS if _word.endswith("*") else WORDS
        _known[fold(_word.rstrip("*"))] = tuple(Meaning(one[0], one[1:]) for one in _meanings.split())
