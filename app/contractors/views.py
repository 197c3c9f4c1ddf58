"""The registers of contractors."""

from app.contractors import actions  # noqa: F401  (the verbs)
from app.contractors.models import Contractor, Credential, SkillCertificate, Worker
from app.core.gate import all_rows
from app.core.register import Register

BUILDERS = all_rows(
    "admin", "general_manager", "service_manager", "renovation_clerk", "engineer", "auditor"
)


class ContractorRegister(Register):
    model = Contractor
    rows = BUILDERS
    list_columns = "number name credit_code contact_name phone state"
    form_columns = "name credit_code contact_name phone"
    search = "name number credit_code contact_name"
    filters = "state"
    icon = "truck"
    related = "credential.contractor worker.contractor renovation_application.contractor"
    import_columns = "name credit_code contact_name phone credential_number valid_until"


class CredentialRegister(Register):
    model = Credential
    rows = BUILDERS
    list_columns = "contractor kind credential_number level valid_until"
    search = "credential_number"
    filters = "contractor kind valid_until"
    order = "valid_until"
    icon = "certificate"


class WorkerRegister(Register):
    model = Worker
    rows = BUILDERS
    list_columns = "name contractor phone id_number"
    search = "name"
    filters = "contractor"
    icon = "users"
    related = "skill_certificate.worker"


class SkillCertificateRegister(Register):
    model = SkillCertificate
    rows = BUILDERS
    list_columns = "worker trade certificate_number valid_until"
    search = "certificate_number"
    filters = "worker trade valid_until"
    order = "valid_until"
    icon = "id"
