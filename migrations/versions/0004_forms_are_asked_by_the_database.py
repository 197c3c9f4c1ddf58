"""forms are asked by the database too

Revision: 0004
After: 0003
"""

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# what the database asks -> table -> its columns
FORMS = {
    "{} between '1900-01-01' and '2100-12-31'": {
        "application_document": "valid_until",
        "champion": "valid_from valid_until",
        "charge": "due_on",
        "contract": "signed_on withdrawn_on",
        "credential": "valid_until",
        "delegation": "starts_on ends_on",
        "lead": "inquiry_on renovation_on show_home_on measured_on",
        "ownership": "since until",
        "pass": "valid_from valid_until",
        "permit": "valid_until valid_from",
        "policy": "valid_from",
        "renovation_application": "starts_on ends_on",
        "resident": "since until",
        "season": "ends_on starts_on",
        "skill_certificate": "valid_until",
        "staff": "left_on absent_from hired_on absent_until",
        "transfer_slip": "hr_copied_on",
    },
    "{} between -99999999999999 and 99999999999999": {
        "charge": "amount_fen",
        "contract": "amount_fen",
        "lead": "budget_fen",
        "receipt": "amount_fen",
    },
    "length({}) between 5 and 20": {
        "claim": "phone",
        "contractor": "phone",
        "lead": "phone",
        "owner": "phone",
        "renovation_application": "site_manager_phone applicant_phone",
        "resident": "phone",
        "staff": "phone",
        "worker": "phone",
    },
    "length({}) = 18": {
        "contractor": "credit_code",
    },
    "length({}) > 32": {
        "owner": "id_number",
        "renovation_application": "applicant_id_number",
        "resident": "id_number",
        "worker": "id_number",
    },
}

def _by_table() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for form, tables in FORMS.items():
        for table, columns in tables.items():
            found.setdefault(table, []).extend((name, form.format(name)) for name in columns.split())
    return found

def upgrade() -> None:
    for table, forms in _by_table().items():
        with op.batch_alter_table(table) as batch:
            for name, form in forms:
                batch.create_check_constraint(op.f(f"ck_{table}_{name}_form"), form)

def downgrade() -> None:
    for table, forms in _by_table().items():
        with op.batch_alter_table(table) as batch:
            for name, _ in forms:
                batch.drop_constraint(op.f(f"ck_{table}_{name}_form"), type_="check")
