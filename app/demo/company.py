"""The people of the demo company: departments, two for every role, twelve designers."""

from datetime import date, timedelta

from flask_appbuilder.security.sqla.models import Role as RoleRow
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from app.core import here
from app.demo import names
from app.people.models import Department, Staff
from app.security.models import Account
from app.security.roles import Role

#: role -> the code of its department and the post's word
WHERE = {
    Role.ADMIN: ("行政办公室", "系统管理员"),
    Role.GENERAL_MANAGER: ("总经办", "总经理"),
    Role.SERVICE_MANAGER: ("物业服务中心", "客服经理"),
    Role.RENOVATION_CLERK: ("物业服务中心", "装修管理员"),
    Role.SERVICE_CLERK: ("物业服务中心", "物业客服"),
    Role.CASHIER: ("财务部", "收费员"),
    Role.GATE: ("门岗", "门岗"),
    Role.ENGINEER: ("工程部", "工程技工"),
    Role.ACCOUNT_MANAGER: ("客服部", "客户经理"),
    Role.ACCOUNT_ASSISTANT: ("客服部", "客户助理"),
    Role.FRONT_DESK: ("客服部", "前台文员"),
    Role.SALESPERSON: ("市场部", "业务员"),
    Role.MARKETING_MANAGER: ("市场部", "市场部经理"),
    Role.STORE_MANAGER: ("客服部", "店面经理"),
    Role.DESIGN_MANAGER: ("设计部", "设计部经理"),
    Role.DESIGNER: ("设计部", "设计师"),
    Role.HUMAN_RESOURCES: ("人力资源部", "人事专员"),
    Role.AUDITOR: ("总经办", "审计"),
}
#: departments that stand below another one than the top
TOP, BELOW = "总经办", {"门岗": "物业服务中心", "工程部": "物业服务中心", "市场部": "客服部"}
GRADES = (
    ["assistant"] * 2 + ["designer"] * 3 + ["deputy_director"] * 2 + ["director"] * 3 + ["chief"] * 2
)  # fmt: skip


def load_company(session: Session, password: str) -> list[str]:
    """Everybody and their accounts; answers the user names, in the order of the roles."""
    hashed = generate_password_hash(password)
    departments = {each.name: each for each in session.execute(select(Department)).scalars()}
    for name, each in departments.items():
        each.parent_id = departments[BELOW.get(name, TOP)].id if name != TOP else None
    roles = {each.name: each for each in session.execute(select(RoleRow)).scalars()}
    accounts = []
    for number, (role, place) in enumerate((each, place) for each in Role for place in _places(each)):
        department, post = WHERE[role]
        grade = GRADES[place - 1] if role is Role.DESIGNER else "none"
        staff = _staff(number, departments[department].id, post, grade)
        username = str(role) if place == 1 else f"{role}{place}"
        staff.user_id = _account(session, username, staff.name, roles[str(role)], hashed)
        session.add(staff)
        accounts.append(username)
    session.commit()
    return accounts


def _places(role: Role) -> range:
    return range(1, 13) if role is Role.DESIGNER else range(1, 3)


def _staff(number: int, department_id: int, post: str, grade: str) -> Staff:
    hired = here.today().replace(day=1) - timedelta(days=200 + number * 37)
    return Staff(
        number=f"YG-{hired.year}-{number + 1:06d}", name=names.name(number), phone=names.phone(number),
        department_id=department_id, post=post, designer_grade=grade, hired_on=date(hired.year, hired.month, 1),
    )  # fmt: skip


def _account(session: Session, username: str, name: str, role: RoleRow, hashed: str) -> int:
    user = User(
        username=username, first_name=name[1:], last_name=name[:1], email=f"{username}@guanjia.invalid",
        active=True, password=hashed, roles=[role],
    )  # fmt: skip
    session.add(user)
    session.flush()
    session.add(Account(user_id=user.id, must_change_password=False))
    return int(user.id)
