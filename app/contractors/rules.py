"""What the house says about contractors. No database, no clock."""

from app.core.moves import move
from app.core.words import Words


class ContractorState(Words):
    ACTIVE = "active", "正常"
    SUSPENDED = "suspended", "暂停"
    BARRED = "barred", "禁入"


class CredentialKind(Words):
    BUSINESS_LICENCE = "business_licence", "营业执照"
    QUALIFICATION = "qualification", "资质证书"


class Trade(Words):
    ELECTRIC = "electric", "电工", "Electrician"
    WATER = "water", "水工", "Plumber"
    GAS = "gas", "燃气工", "Gas fitter"


S = ContractorState
CONTRACTOR_MOVES = {
    "suspend": move(S.ACTIVE, to=S.SUSPENDED),
    "bar": move(S.ACTIVE, S.SUSPENDED, to=S.BARRED),
    "restore": move(S.SUSPENDED, S.BARRED, to=S.ACTIVE),
}
