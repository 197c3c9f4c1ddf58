"""The registers of contractors."""

from collections.abc import Mapping
from typing import Any

from app.contractors import actions  # noqa: F401  (the verbs)
from app.contractors.models import Contractor, Credential, SkillCertificate, Worker
from app.core.gate import all_rows
from app.core.importing import row_of
from app.core.kinds import Date, Text
from app.core.register import Register
from app.core.verbs import ask
from app.core.words import say

BUILDERS = all_rows("admin", "general_manager", "service_manager", "renovation_clerk", "engineer", "auditor")


class ContractorRegister(Register):
    model = Contractor
    small = True
    label, icon = say("装修企业", "Contractors"), "truck"
    rows = BUILDERS
    list_columns = "number name credit_code contact_name phone state"
    form_columns = "name credit_code contact_name phone"
    search = "name number credit_code contact_name"
    filters = "state"
    related = "credential.contractor worker.contractor renovation_application.contractor violation.contractor"
    children = "credential.contractor worker.contractor"  # workers as well, who may be nobody's
    copied_children = ""  # a licence is one company's own
    import_columns = "name credit_code contact_name phone credential_number valid_until"
    import_words = {
        "name": ("企业名称", "名称"), "contact_name": ("联系人",), "phone": ("联系电话", "电话"),
        "credential_number": ("资质证书编号", "证书编号"), "valid_until": ("资质有效期至", "有效期至"),
    }  # fmt: skip
    import_extra = {
        "credential_number": ask(Text(size=64), "资质证书编号", "Qualification number", required=False),
        "valid_until": ask(Date(), "资质有效期至", "Qualified until", required=False),
    }

    @classmethod
    def rows_from(cls, values: Mapping[str, Any], context: Any) -> list[Any]:
        """A contractor, and its qualification when the file names one."""
        contractor = row_of(Contractor, values)
        if not values.get("credential_number"):
            return [contractor]
        qualification = Credential(
            contractor=contractor, kind="qualification",
            credential_number=values["credential_number"], valid_until=values.get("valid_until"),
        )  # fmt: skip
        return [contractor, qualification]


class CredentialRegister(Register):
    model = Credential
    small = True
    label, icon = say("资质证照", "Credentials"), "certificate"
    rows = BUILDERS
    list_columns = "contractor kind credential_number level valid_until"
    shown_when = {"level": "kind=qualification"}  # a licence has none
    search = "credential_number"
    filters = "contractor kind valid_until"
    order = "valid_until"


class WorkerRegister(Register):
    model = Worker
    label, icon = say("施工人员", "Workers"), "users"
    rows = BUILDERS
    list_columns = "name contractor trade phone id_number"
    search = "name"
    filters = "contractor trade"
    related = "skill_certificate.worker"
    copied_children = ""  # a certificate is one person's own


class SkillCertificateRegister(Register):
    model = SkillCertificate
    small = True
    label, icon = say("技能证书", "Skill certificates"), "id"
    rows = BUILDERS
    list_columns = "worker trade certificate_number valid_until"
    search = "certificate_number"
    filters = "worker trade valid_until"
    order = "valid_until"
