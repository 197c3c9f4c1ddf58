"""The figures that the rules of leads use, as the source gives them; the admin dates new ones."""

from sqlalchemy.orm import Session

from app.core import policy
from app.core.kinds import Integer, LongText, Money, YesNo
from app.leads.claims.rules import ClaimKind, is_an_order
from app.leads.rules import LeadSource

policy.heading("客户与派单", "Leads")
policy.declare(
    "lead_medium_from_fen", Money(), 3_000_000,
    "中单预算下限", "Medium tier: budget from", "R-4.2.1",
)  # fmt: skip
policy.declare(
    "lead_medium_to_fen", Money(), 5_000_000,
    "中单预算上限", "Medium tier: budget to", "R-4.2.1",
)  # fmt: skip
policy.declare(
    "lead_medium_from_included", YesNo(), True,
    "中单含下限", "Medium tier includes its lower bound", "R-4.2.1",
)  # fmt: skip
policy.declare(
    "lead_medium_to_included", YesNo(), True,
    "中单含上限", "Medium tier includes its upper bound", "R-4.2.1",
)  # fmt: skip
policy.declare(
    "dispatch_in_hand_low", Integer(minimum=1), 2,
    "淡季每人手中每周停止派单数", "In-hand stop in low season", "R-4.2.5",
)  # fmt: skip
policy.declare(
    "dispatch_in_hand_high", Integer(minimum=1), 4,
    "旺季每人手中每周停止派单数", "In-hand stop in high season", "R-4.2.5",
)  # fmt: skip
policy.declare(
    "dispatch_a_day", Integer(minimum=1), 2,
    "每人每天最多派单数", "Dispatches a day at most", "R-4.2.5",
)  # fmt: skip
policy.declare(
    "dispatch_a_week", Integer(minimum=1), 6,
    "每人每周最多派单数", "Dispatches a week at most", "R-4.2.5",
)  # fmt: skip
policy.declare(
    "dispatch_slip_sources", LongText(), ["marketing", "phone_list"],
    "须有传递单的来源", "Sources that need a transfer slip", "R-4.4.1", fits=policy.each_of(LeadSource),
)  # fmt: skip
policy.declare(
    "commission_account_manager_fen", Money(), 5_000,
    "客户经理每签一单提成", "Account manager's commission a contract", "R-4.1",
)  # fmt: skip
policy.declare(
    "commission_front_desk_fen", Money(), 1_000,
    "前台每签一单提成", "Front desk's commission a contract", "R-4.7",
)  # fmt: skip
policy.declare(
    "commission_salesperson_fen", Money(), 0,
    "业务员每签一单提成", "Salesperson's commission a contract", "R-4.4.6",
)  # fmt: skip
policy.declare(
    "recall_percent", Integer(minimum=0, maximum=100), 20,
    "跑单抽查回访比例（%）", "Closed leads called once more (%)", "R-4.5.3",
)  # fmt: skip
policy.declare(
    "lead_untouched_days", Integer(minimum=1, maximum=365), 7,
    "客户未跟进提醒天数", "Days after which an untouched lead is told", "R-4.7.3",
)  # fmt: skip
policy.declare(
    "call_rings", Integer(minimum=1, maximum=20), 3,
    "电话铃响几声内接听", "Rings within which a call is taken", "R-4.7.6",
)  # fmt: skip
policy.declare(
    "bonus_least_fen", Money(), 100_000,
    "客户经理年终奖下限", "Account manager's year-end bonus from", "R-4.1",
)  # fmt: skip
policy.declare(
    "bonus_most_fen", Money(), 200_000,
    "客户经理年终奖上限", "Account manager's year-end bonus to", "R-4.1",
)  # fmt: skip
policy.declare(
    "claim_order", LongText(), [["archived", "first_contact"], ["invited"], ["named_by_customer"]],
    "客户认定的先后", "Order of the grounds of claims", "R-4.3", fits=is_an_order, entered="ranks", words=ClaimKind,
)  # fmt: skip


def seed(session: Session) -> None:
    """Nothing more: seasons and champions are a company's own, and people enter them."""
