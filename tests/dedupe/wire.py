"""Made-up news for the tests of copies: a wire story, what outlets add, and what is no copy."""

HEADLINE = "Ferry aground off Kaldholm, 212 taken ashore"

WIRE = """\
KALDHOLM (Northern Wire) - A passenger ferry ran aground on a reef outside the port of Kaldholm
early on Tuesday, and all 212 people on board were taken ashore in lifeboats and fishing
vessels, the coast guard said.

The Aurora Sund struck the Hestskjer reef at 5.40 in the morning, twenty minutes after it had
left port for the mainland. Nobody was killed. Fourteen passengers were treated for cuts and
broken bones, and one woman was flown to hospital with a head injury.

"We heard a long scraping noise and then everything leaned to one side," said Maren Oddvik, a
teacher who was travelling with a school class of eleven children. "The crew handed out vests
within minutes. The children sang until the boats came."

Visibility was good and the sea calm when the ship left its usual channel, according to the
harbour master. Investigators have taken the voyage recorder and will question the officers on
the bridge this afternoon.

The ferry company said the vessel had passed a safety inspection in March and that its steering
gear was replaced two years ago. It has cancelled all crossings until Thursday and is putting up
stranded travellers at two hotels near the terminal.

Divers found a tear of about nine metres in the hull. A salvage tug from Brenvik is expected
before nightfall to pump out fuel; a boom has been laid around the wreck to protect the salmon
farms that line the fjord, whose owners fear for a harvest worth four million crowns.

It is the second grounding on the reef in six years. In the first, a cargo ship loaded with
timber broke in two during a November storm, and the council asked in vain for a lighted buoy.
"""

REPORT = """\
More than two hundred passengers have escaped unhurt or with slight injuries after their ferry
hit rocks near Kaldholm this morning.

Rescuers needed barely an hour to empty the Aurora Sund, which lies on the Hestskjer reef with a
heavy list. Local skippers, woken by the alarm, came alongside with whatever would float.

Why the ship strayed from the marked lane is unclear. The weather gave no cause, say
meteorologists, and the captain has sailed the route for nineteen years. The accident board sent
three people north by helicopter.

For the island the loss of its only link comes at a bad time: the herring festival opens on
Friday, and innkeepers report a flood of cancellations. A replacement may arrive from the south
at the weekend.
"""

BUDGET = """\
The city council has passed a budget that closes two of the seven public swimming pools and puts
the money into repairing school roofs. The vote went fourteen to nine after a debate that lasted
until midnight.

Opponents had gathered six thousand signatures for the pools, which are used above all by
pensioners and by clubs without grounds of their own. The treasurer answered that rain was
coming through the ceiling in eleven classrooms, and that no bank would lend the city another
penny.

The pools at Ostergate and Millfield will shut at the end of September. Their staff of
thirty-one are to be offered work in the parks department, where almost as many posts have been
vacant since spring.
"""

ELECTION = """\
Counting began in the provincial election on Sunday night with the two largest parties less than
a point apart, and officials said that no result should be expected before Wednesday.

Turnout reached sixty-eight per cent, the highest in three decades, after a campaign about water
prices and the future of the copper mine at Alto Verde. Queues formed before dawn in the mining
towns, where ballots ran short and had to be brought in by lorry.

Observers from four countries reported few irregularities. Both leaders claimed to be ahead and
called on their supporters to stay at home until the last box from the highlands has been
opened.
"""

BOILERPLATE = """\
Sign up for our morning newsletter and get the day's most important stories in your inbox at
seven. You can unsubscribe at any time; see our privacy notice for what we do with your data.
The Harbour Gazette is a member of the press council and corrects mistakes openly: write to the
readers' editor, or call the desk between nine and five on weekdays. Support independent
reporting from the coast from two crowns a month. Most read this week: where to swim before the
water turns cold, ten questions for the new mayor, the ferry timetable for the winter season.
"""

CHINESE = """\
据海岸警卫队介绍，星期二清晨，一艘载有二百一十二人的客轮在卡尔德霍姆港外触礁搁浅，全体乘客和
船员乘救生艇和渔船安全上岸。

这艘名为极光号的渡轮离港二十分钟后撞上暗礁，没有人死亡，十四名乘客因割伤和骨折接受治疗，一名
妇女因头部受伤被直升机送往医院。

一位带领十一名小学生旅行的教师说，大家先听到一阵长长的刮擦声，接着整条船向一侧倾斜，船员几分
钟之内就发放了救生衣，孩子们一直唱歌等待救援。

港务长表示，事发时能见度良好，海面平静，船只却偏离了平时的航道。调查人员已经取走航行记录仪，
并将在下午询问驾驶台上的官员。

渡轮公司称该船三月份通过了安全检查，两年前更换过舵机，公司取消了星期四以前的全部航班，并安排
滞留旅客住进码头附近的两家旅馆。
"""

CHINESE_OTHER = """\
市议会经过持续到午夜的辩论，以十四票对九票通过了新的预算，决定关闭七座公共游泳池中的两座，把
节省下来的资金用于修缮学校的屋顶。

反对者为保留游泳池征集了六千个签名，使用者主要是退休老人和没有自己场地的俱乐部，财政官员则回
答说十一间教室正在漏雨，没有银行愿意再借钱给城市。

两座游泳池将于九月底关门，三十一名工作人员可以转到公园管理部门工作，那里从春天开始就有差不多
同样数量的岗位空缺。
"""

THAI = """\
หน่วยยามฝั่งแถลงว่าเรือโดยสารลำหนึ่งเกยหินโสโครกนอกท่าเรือเมื่อเช้าตรู่วันอังคาร ผู้โด
ยสารและลูกเรือทั้งหมดขึ้นฝั่งอย่างปลอดภัยด้วยเรือชูชีพและเรือประมง

เรือออกจากท่าได้ยี่สิบนาทีก่อนชนหิน ไม่มีผู้เสียชีวิต ผู้โดยสารสิบสี่คนได้รับการรักษาบา
ดแผลและกระดูกหัก ผู้หญิงคนหนึ่งถูกส่งตัวไปโรงพยาบาลด้วยเฮลิคอปเตอร์

ครูคนหนึ่งที่พานักเรียนเดินทางเล่าว่าได้ยินเสียงขูดยาวแล้วเรือทั้งลำก็เอียงไปข้างหนึ่ง
 ลูกเรือแจกเสื้อชูชีพภายในไม่กี่นาที เด็กเด็กร้องเพลงจนกว่าเรือช่วยเหลือจะมาถึง
"""

KOREAN = """\
해안경비대는 화요일 새벽 칼드홀름 항구 밖에서 여객선이 암초에 좌초했으며 승객과 승무원
이백열두 명 전원이 구명정과 어선으로 무사히 뭍에 올랐다고 밝혔다.

배는 본토를 향해 항구를 떠난 지 이십 분 만에 암초에 부딪혔고 사망자는 없었다. 승객
열네 명이 찰과상과 골절로 치료를 받았으며 머리를 다친 여성 한 명은 헬기로 병원에
옮겨졌다.

초등학생 열한 명을 인솔하던 교사는 길게 긁히는 소리가 난 뒤 배가 한쪽으로 기울었고
승무원들이 몇 분 만에 구명조끼를 나누어 주었으며 아이들은 구조선이 올 때까지 노래를
불렀다고 전했다.
"""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, parted by blank lines."""
    return text.strip().split("\n\n")


def join(parts: list[str]) -> str:
    """The text of these paragraphs."""
    return "\n\n".join(parts)


def quake(number: str, magnitude: str, place: str, depth: str, time: str) -> str:
    """An item such as a seismic service publishes, from its template."""
    return (
        f"An earthquake of magnitude {magnitude} was recorded {number} kilometres off {place} at "
        f"{time} local time, the seismic institute said. The focus lay at a depth of {depth} "
        "kilometres. There were no immediate reports of damage or injuries, and no tsunami warning "
        "was given. The institute asks anyone who felt the tremor to fill in its questionnaire."
    )


def arrest(man: str, street: str, thing: str) -> str:
    """An item such as a police press office publishes, without any number in it."""
    return (
        f"Police arrested {man} in {street} last night on suspicion of stealing {thing}. The "
        "suspect was taken to the station for questioning and released pending further enquiries. "
        "Anyone who saw something unusual in the area is asked to call the station or any officer."
    )
